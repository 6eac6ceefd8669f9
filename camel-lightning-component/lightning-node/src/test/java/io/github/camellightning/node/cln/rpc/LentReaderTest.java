// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.OutcomeUnknownException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes on after a call runs on the thread that read its reply, and does not keep it. */
@Timeout(60)
class LentReaderTest {

    private static final String READER = "lightning-rpc-reader";

    @TempDir
    Path directory;

    private final ExecutorService workers = Executors.newCachedThreadPool(task -> new Thread(task, "worker"));
    private final Executor lending = RpcClient.lendingOr(workers);
    private ScriptedDaemon daemon;
    private RpcClient client;
    private ScriptedDaemon.Client connection;

    @BeforeEach
    void connectAndHaveItSeenThatWhatGoesOnIsShort() {
        daemon = new ScriptedDaemon(directory);
        client = new RpcClient(daemon.settings().build());
        resultOf(client.connect());
        connection = daemon.accept();
        String thread;
        do {
            CompletionStage<String> seen = threadAfter("seen");
            connection.reply(connection.request(), "0");
            thread = resultOf(seen);
        } while (!thread.equals(READER));
    }

    @AfterEach
    void close() {
        client.close();
        daemon.close();
        workers.shutdownNow();
    }

    private CompletionStage<String> threadAfter(String method) {
        return client.call(RpcRequest.of(method))
                .thenApplyAsync(result -> Thread.currentThread().getName(), lending);
    }

    private static <T> T resultOf(CompletionStage<T> stage) {
        return Outcomes.resultOf(stage);
    }

    @Test
    void onAnyOtherThreadItRunsOtherwise() {
        assertThat(resultOf(CompletableFuture.supplyAsync(
                        () -> Thread.currentThread().getName(), lending)))
                .isEqualTo("worker");
    }

    @Test
    void whatIsReadAtOnceIsWorkedOffBeforeAnythingGoesOnAndWhatThatSendsIsWrittenAtOnce() {
        List<String> order = new CopyOnWriteArrayList<>();
        List<CompletionStage<JsonResult>> sent = new CopyOnWriteArrayList<>();
        var replies = new StringBuilder();
        for (String name : List.of("one", "two")) {
            CompletionStage<JsonResult> answered = client.call(RpcRequest.of(name));
            answered.thenRun(() -> order.add(name + " answered"));
            answered.thenRunAsync(
                    () -> {
                        order.add(name + " goes on");
                        sent.add(client.call(RpcRequest.of("after-" + name)));
                    },
                    lending);
        }
        connection.requests(2).forEach(request -> replies.append(ScriptedDaemon.Client.replyTo(request, "1")));
        connection.write(replies.toString());

        for (JsonNode request : connection.requests(2)) {
            connection.reply(request, "2");
        }
        assertThat(order.subList(0, 2)).containsExactly("one answered", "two answered");
        assertThat(order).contains("one goes on", "two goes on");
        sent.forEach(next -> assertThat(textOf(next)).isEqualTo("2"));
    }

    @Test
    void whatStandsStillKeepsNoReplyFromBeingReadNorWhatItSentBefore() {
        var goOn = new CountDownLatch(1);
        var standingOn = new CompletableFuture<String>();
        CompletionStage<JsonResult> standing = client.call(RpcRequest.of("first"))
                .thenComposeAsync(
                        result -> {
                            standingOn.complete(Thread.currentThread().getName());
                            // it waits for what it sends here, as a route may
                            return CompletableFuture.completedFuture(client.call(RpcRequest.of("second"))
                                    .toCompletableFuture()
                                    .join());
                        },
                        lending);
        CompletionStage<Void> stuck = standing.thenRunAsync(
                () -> {
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                lending);
        connection.reply(connection.request(), "1");
        connection.reply(connection.request(), "2");
        assertThat(textOf(standing)).isEqualTo("2");
        assertThat(standingOn).isCompletedWithValue(READER);

        CompletionStage<JsonResult> other = client.call(RpcRequest.of("other"));
        JsonNode request = connection.request();
        connection.reply(request, "3");

        assertThat(textOf(other)).isEqualTo("3");
        assertThat(stuck.toCompletableFuture()).isNotDone();
        goOn.countDown();
        resultOf(stuck);
        CompletionStage<JsonResult> last = client.call(RpcRequest.of("last"));
        connection.reply(connection.request(), "4");
        assertThat(textOf(last)).isEqualTo("4");
    }

    @Test
    void aDaemonThatStopsIsNoticedWhileTheReaderStandsStill() {
        var goOn = new CountDownLatch(1);
        CompletionStage<Void> standing = client.call(RpcRequest.of("first"))
                .thenAcceptAsync(
                        result -> {
                            try {
                                goOn.await();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                        },
                        lending);
        CompletionStage<JsonResult> open = client.call(RpcRequest.of("second"));
        connection.reply(connection.requests(2).get(0), "1");
        daemon.stop();

        assertThat(failureOf(open)).isInstanceOf(OutcomeUnknownException.class);
        goOn.countDown();
        resultOf(standing);
    }

    @Test
    void aClientThatIsClosedByWhatItsReaderDoesClosesItsConnection() {
        CompletionStage<Void> closed = client.call(RpcRequest.of("stop")).thenRunAsync(client::close, lending);
        connection.reply(connection.request(), "{}");

        connection.awaitEnd();
        resultOf(closed);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.textOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.OutcomeUnknownException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

    @TempDir
    Path directory;

    private final ExecutorService workers = Executors.newCachedThreadPool(task -> new Thread(task, "worker"));
    private final Executor lending = RpcClient.lendingOr(workers);
    private ScriptedDaemon daemon;
    private RpcClient client;

    @BeforeEach
    void connect() {
        daemon = new ScriptedDaemon(directory);
        client = new RpcClient(daemon.settings().build());
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
    void theReaderGoesOn() {
        CompletionStage<String> thread = threadAfter("getinfo");
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), "{}");

        assertThat(resultOf(thread)).isEqualTo("lightning-rpc-reader");
    }

    @Test
    void onAnyOtherThreadItRunsOtherwise() {
        assertThat(resultOf(CompletableFuture.supplyAsync(
                        () -> Thread.currentThread().getName(), lending)))
                .isEqualTo("worker");
    }

    @Test
    void whatItSendsMeanwhileIsWrittenWhenItHasDoneAllOfThat() {
        CompletionStage<JsonResult> first = client.call(RpcRequest.of("first"));
        CompletionStage<JsonResult> next =
                first.thenComposeAsync(result -> client.call(RpcRequest.of("next")), lending);
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), "1");
        connection.reply(connection.request(), "2");

        assertThat(textOf(next)).isEqualTo("2");
    }

    @Test
    void whatStandsStillKeepsNoReplyFromBeingReadNorWhatItSentBefore() {
        var goOn = new CountDownLatch(1);
        CompletionStage<JsonResult> standing = client.call(RpcRequest.of("first"))
                .thenComposeAsync(
                        result -> {
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
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), "1");
        connection.reply(connection.request(), "2");
        assertThat(textOf(standing)).isEqualTo("2");

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
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.requests(2).get(0), "1");
        daemon.stop();

        assertThat(failureOf(open)).isInstanceOf(OutcomeUnknownException.class);
        goOn.countDown();
        resultOf(standing);
    }

    @Test
    void aClientThatIsClosedByWhatItsReaderDoesClosesItsConnection() {
        CompletionStage<Void> closed = client.call(RpcRequest.of("stop")).thenRunAsync(client::close, lending);
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), "{}");

        connection.awaitEnd();
        resultOf(closed);
    }
}

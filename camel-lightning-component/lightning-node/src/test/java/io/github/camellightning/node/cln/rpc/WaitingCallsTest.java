// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.resultOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.RemoteErrorException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for a call reads its reply, on a line of its own. */
@Timeout(60)
class WaitingCallsTest {

    private static final int LARGE = 20_000;

    @TempDir
    Path directory;

    private final ExecutorService daemonThreads = Executors.newCachedThreadPool();
    private ScriptedDaemon daemon;
    private RpcClient client;
    private ScriptedDaemon.Client shared;
    private ScriptedDaemon.Client line;

    @BeforeEach
    void connectWithALine() {
        daemon = new ScriptedDaemon(directory);
        connectAnew(ScriptedDaemon.PATIENCE);
    }

    /** @param patience how long callers read */
    private void connectAnew(Duration patience) {
        client = new RpcClient(daemon.settings().build(), patience);
        connect();
    }

    private void connectHasty() {
        client.close();
        connectAnew(Duration.ofMillis(20));
    }

    private void connect() {
        resultOf(client.connect());
        shared = daemon.accept();
        // the first one that waits has the line made, and does not wait for it
        CompletionStage<JsonResult> first = client.waiting(() -> client.call(RpcRequest.of("first")));
        shared.reply(shared.request(), "1");
        assertThat(textOf(first)).isEqualTo("1");
        line = daemon.accept();
        await().until(client::hasLine);
    }

    @AfterEach
    void close() {
        client.close();
        daemon.close();
        daemonThreads.shutdownNow();
    }

    /** What the daemon does next, on the line. */
    private void answering(String result) {
        daemonThreads.execute(() -> line.reply(line.request(), result));
    }

    private CompletionStage<Thread> threadThatHears(RpcRequest request) {
        return client.waiting(() -> client.call(request).thenApply(result -> {
            result.close();
            return Thread.currentThread();
        }));
    }

    @Test
    void theCallersThreadHearsOfTheReply() {
        answering("{}");

        assertThat(threadThatHears(RpcRequest.of("getinfo"))).isCompletedWithValue(Thread.currentThread());
    }

    @Test
    void aRefusalIsHeardThereToo() {
        daemonThreads.execute(
                () -> line.replyError(line.request(), "{\"code\":-32601,\"message\":\"Unknown command\"}"));

        CompletionStage<JsonResult> refusal = client.waiting(() -> client.call(RpcRequest.of("nothing")));

        assertThat(refusal.toCompletableFuture()).isDone();
        assertThat(failureOf(refusal))
                .isInstanceOfSatisfying(RemoteErrorException.class, refused -> assertThat(refused.code())
                        .isEqualTo(-32601));
    }

    @Test
    void aLargeReplyIsReadToItsEnd() {
        String large = "\"" + "x".repeat(LARGE) + "\"";
        answering(large);

        assertThat(textOf(client.waiting(() -> client.call(RpcRequest.of("large")))))
                .isEqualTo(large);
    }

    @Test
    void aReplyThatTakesItsTimeHoldsNobodyAndTheLineIsUsedAgain() {
        connectHasty();
        CompletionStage<Thread> slow = threadThatHears(RpcRequest.of("waitanyinvoice"));

        assertThat(slow).isNotDone();
        line.reply(line.request(), "{}");
        assertThat(resultOf(slow)).isNotEqualTo(Thread.currentThread());
        await().until(client::hasLine);
        CompletionStage<Thread> next = threadThatHears(RpcRequest.of("getinfo"));
        JsonNode request = line.request();
        line.reply(request, "{}");
        assertThat(request.get("method").textValue()).isEqualTo("getinfo");
        resultOf(next);
    }

    @Test
    void aReplyThatBeginsInTimeAndEndsLaterIsOne() {
        connectHasty();
        var halfRead = new CompletableFuture<JsonNode>();
        daemonThreads.execute(() -> {
            JsonNode request = line.request();
            line.write("{\"jsonrpc\":\"2.0\",\"id\":" + request.get("id") + ",\"result\":{\"half\":");
            halfRead.complete(request);
        });
        CompletionStage<JsonResult> slow = client.waiting(() -> client.call(RpcRequest.of("slow")));
        assertThat(slow).isNotDone();
        halfRead.join();
        line.write("true}}\n\n");

        assertThat(textOf(slow)).isEqualTo("{\"half\":true}");
    }

    @Test
    void whileAnotherCallIsInFlightAllGoOneAfterTheOther() {
        CompletionStage<JsonResult> other = client.call(RpcRequest.of("other"));
        CompletionStage<JsonResult> waited = client.waiting(() -> client.call(RpcRequest.of("waited")));

        assertThat(waited).isNotDone();
        List<JsonNode> requests = shared.requests(2);
        assertThat(requests)
                .extracting(request -> request.get("method").textValue())
                .containsExactly("other", "waited");
        for (JsonNode request : requests) {
            shared.reply(request, request.get("method").toString());
        }
        assertThat(textOf(other)).isEqualTo("\"other\"");
        assertThat(textOf(waited)).isEqualTo("\"waited\"");
    }

    @Test
    void onlyTheFirstOfTwoCallsIsReadOnTheCallersThread() {
        var second = new CompletableFuture<String>();

        CompletionStage<JsonResult> first = client.waiting(() -> {
            CompletionStage<JsonResult> one = client.call(RpcRequest.of("one"));
            // it is written at once
            line.reply(line.request(), "1");
            client.call(RpcRequest.of("two"))
                    .thenAccept(result -> second.complete(Thread.currentThread().getName()));
            return one;
        });

        assertThat(textOf(first)).isEqualTo("1");
        shared.reply(shared.request(), "2");
        assertThat(second.join()).isEqualTo("lightning-rpc-reader");
    }

    @Test
    void aRequestThatTheSocketMightNotHoldGoesTheUsualWay() {
        var large = RpcRequest.of("datastore", Json.emptyObject().put("string", "x".repeat(LARGE)));

        CompletionStage<Thread> waited = threadThatHears(large);
        shared.reply(shared.request(), "{}");

        assertThat(resultOf(waited)).isNotEqualTo(Thread.currentThread());
    }

    @Test
    void whatWaitsWithinAnotherCallDoesNotGetItsLine() {
        CompletionStage<JsonResult> outer = client.waiting(() -> {
            CompletionStage<JsonResult> inner = client.waiting(() -> client.call(RpcRequest.of("inner")));
            shared.reply(shared.request(), "1");
            assertThat(textOf(inner)).isEqualTo("1");
            answering("2");
            return client.call(RpcRequest.of("outer"));
        });

        assertThat(outer.toCompletableFuture()).isDone();
        assertThat(textOf(outer)).isEqualTo("2");
    }

    @Test
    void afterACallThatWasGivenUpNothingOvertakesWhatLightningdHasNotReadYet() {
        CompletionStage<JsonResult> givenUp = client.call(RpcRequest.of("given-up"));
        givenUp.toCompletableFuture().cancel(true);

        CompletionStage<JsonResult> waited = client.waiting(() -> client.call(RpcRequest.of("waited")));
        List<JsonNode> requests = shared.requests(2);
        shared.reply(requests.get(1), "2");

        assertThat(requests)
                .extracting(request -> request.get("method").textValue())
                .containsExactly("given-up", "waited");
        assertThat(textOf(waited)).isEqualTo("2");
        answering("{}");
        assertThat(threadThatHears(RpcRequest.of("getinfo"))).isCompletedWithValue(Thread.currentThread());
    }

    @Test
    void whoIsToldToStopWhileItReadsIsToldStill() throws Exception {
        var toldStill = new FutureTask<>(() -> {
            CompletionStage<JsonResult> waited = client.waiting(() -> client.call(RpcRequest.of("getinfo")));
            boolean told = Thread.interrupted();
            return textOf(waited) + told;
        });
        var caller = new Thread(toldStill);
        caller.start();
        JsonNode request = line.request();
        caller.interrupt();
        line.reply(request, "{}");

        assertThat(toldStill.get()).isEqualTo("{}true");
    }

    @Test
    void aCallWhoseTimeIsOverEndsAndTheLineWithIt() {
        connectHasty();
        var request = RpcRequest.of("waitanyinvoice").withDeadline(Duration.ofMillis(100));

        CompletionStage<JsonResult> late = client.waiting(() -> client.call(request));

        assertThat(failureOf(late)).isInstanceOf(OutcomeUnknownException.class).hasMessageContaining("its deadline");
        line.awaitEnd();
    }

    @Test
    void aLineThatBreaksLeavesTheOutcomeUnknownAndTheConnectionAsItWas() {
        daemonThreads.execute(() -> {
            line.request();
            line.close();
        });

        assertThat(failureOf(client.waiting(() -> client.call(RpcRequest.of("pay")))))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("lightningd closed the connection");
        CompletionStage<JsonResult> next = client.call(RpcRequest.of("getinfo"));
        shared.reply(shared.request(), "{}");
        assertThat(textOf(next)).isEqualTo("{}");
    }

    @Test
    void aLineThatWasClosedBeforeIsNoticedBeforeAnythingIsLost() {
        line.close();

        CompletionStage<JsonResult> waited = client.waiting(() -> client.call(RpcRequest.of("pay")));
        JsonNode request = shared.request();
        shared.reply(request, "{}");

        assertThat(request.get("method").textValue()).isEqualTo("pay");
        assertThat(textOf(waited)).isEqualTo("{}");
    }

    @Test
    void theLineGoesWithTheConnectionAndComesBackWithIt() {
        daemon.stop();
        await().until(() -> !client.state().isUp() && !client.hasLine());
        daemon.listen(5);

        connect();

        answering("{}");
        assertThat(threadThatHears(RpcRequest.of("getinfo"))).isCompletedWithValue(Thread.currentThread());
    }

    @Test
    void aClientThatIsClosedMeanwhileEndsTheCall() {
        connectHasty();
        CompletionStage<JsonResult> slow = client.waiting(() -> client.call(RpcRequest.of("waitanyinvoice")));
        line.request();
        client.close();

        assertThat(failureOf(slow))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("client was closed");
        line.awaitEnd();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static io.github.camellightning.node.cln.rpc.Outcomes.failureOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.resultOf;
import static io.github.camellightning.node.cln.rpc.Outcomes.textOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.TimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of calls when lightningd stops, hangs, or talks nonsense. */
@Timeout(60)
class BrokenConnectionTest {

    @TempDir
    Path directory;

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
    }

    @Test
    void aReplyThatEndsAtAnyByteFailsItsCallAndTheNextIsAnsweredOnANewConnection() {
        int length = ScriptedDaemon.Client.replyTo(Json.emptyObject().put("id", "camel:x#1"), "{\"a\":\"é\"}")
                        .getBytes(UTF_8)
                        .length
                - "\n\n".length();
        for (int cut = 0; cut < length; cut++) {
            try (var fresh = new RpcClient(daemon.settings().build())) {
                CompletionStage<JsonResult> broken = fresh.call(RpcRequest.of("x"));
                ScriptedDaemon.Client connection = daemon.accept();
                byte[] reply = ScriptedDaemon.Client.replyTo(connection.request(), "{\"a\":\"é\"}")
                        .getBytes(UTF_8);
                connection.write(Arrays.copyOf(reply, cut));
                connection.close();

                assertThat(failureOf(broken))
                        .as("cut at byte %d", cut)
                        .isInstanceOf(OutcomeUnknownException.class)
                        .hasMessage("Whether lightningd carried out x is unknown, no answer came (id camel:x#1): "
                                + "lightningd closed the connection"
                                + (cut == 0 ? "" : " in the middle of a reply"));
                resultOf(fresh.connect());
                CompletionStage<JsonResult> next = fresh.call(RpcRequest.of("y"));
                ScriptedDaemon.Client another = daemon.accept();
                another.reply(another.request(), "{}");
                assertThat(textOf(next)).isEqualTo("{}");
            }
        }
    }

    @Test
    void eachPendingCallSaysWhetherItWasWritten() {
        try (var narrow = new RpcClient(daemon.settings().maxInFlight(1).build())) {
            CompletionStage<JsonResult> written = narrow.call(RpcRequest.of("pay"));
            CompletionStage<JsonResult> waiting = narrow.call(RpcRequest.of("getinfo"));
            ScriptedDaemon.Client connection = daemon.accept();
            connection.request();
            daemon.stop();

            assertThat(failureOf(written))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .satisfies(e -> assertThat(e.isRetryable()).isFalse());
            assertThat(failureOf(waiting))
                    .isInstanceOf(NotConnectedException.class)
                    .hasMessageStartingWith("getinfo was not written: ")
                    .satisfies(e -> assertThat(e.isRetryable()).isTrue());
        }
    }

    @Test
    void aRestartedDaemonIsFoundAgainAndTheListenerHearsAllOfIt() {
        List<NodeState> states = new CopyOnWriteArrayList<>();
        client.onState(states::add);
        CompletionStage<JsonResult> first = client.call(RpcRequest.of("a"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), "1");
        assertThat(textOf(first)).isEqualTo("1");
        assertThat(client.state().isUp()).isTrue();

        daemon.stop();
        await().until(() -> client.state().status() == NodeState.Status.DOWN);
        assertThat(client.state().reason()).isEqualTo("lightningd closed the connection");
        assertThat(failureOf(client.call(RpcRequest.of("b"))))
                .isInstanceOf(NotConnectedException.class)
                .hasMessageContaining("Nobody listens on " + daemon.socket());

        daemon.listen(5);
        resultOf(client.connect());
        CompletionStage<JsonResult> last = client.call(RpcRequest.of("c"));
        ScriptedDaemon.Client again = daemon.accept();
        again.reply(again.request(), "3");
        assertThat(textOf(last)).isEqualTo("3");

        client.close();
        await().untilAsserted(() -> assertThat(states)
                .extracting(NodeState::status)
                .containsExactly(
                        NodeState.Status.STARTING,
                        NodeState.Status.UP,
                        NodeState.Status.DOWN,
                        NodeState.Status.STARTING,
                        NodeState.Status.DOWN,
                        NodeState.Status.STARTING,
                        NodeState.Status.UP,
                        NodeState.Status.STOPPED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 400 Bad Request | { was expected where byte 48 came",
                "{\"jsonrpc\":\"2.0\"}     | a message has neither an id nor a method",
                "{\"id\":ID}               | a reply has neither a result nor an error",
                "{\"id\":ID,\"result\":}   | a value was expected where byte 7d came",
                "{\"id\":ID,\"result\":[}  | ] was expected where byte 7d came",
                "{\"id\":null,\"error\":{\"code\":-32600,\"message\":\"secret\"}} | it could not understand a request,"
                        + " and answers nothing more on this connection",
            })
    void nonsenseEndsTheConnectionWithAReason(String nonsense, String reason) {
        CompletionStage<JsonResult> call = client.call(RpcRequest.of("x"));
        ScriptedDaemon.Client connection = daemon.accept();
        JsonNode request = connection.request();
        connection.write(nonsense.replace("ID", request.get("id").toString()));

        assertThat(failureOf(call))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Whether lightningd carried out x is unknown, no answer came (id camel:x#1): lightningd at "
                        + daemon.socket() + " does not answer as lightningd does: " + reason);
        connection.awaitEnd();
        resultOf(client.connect());
        CompletionStage<JsonResult> next = client.call(RpcRequest.of("y"));
        ScriptedDaemon.Client another = daemon.accept();
        another.reply(another.request(), "{}");
        assertThat(textOf(next)).isEqualTo("{}");
    }

    @Test
    void whoHangsUpOnEveryConnectionIsLeftAloneForAWhile() {
        try (var patient = new RpcClient(daemon.settings()
                .reconnectMin(Duration.ofHours(1))
                .reconnectMax(Duration.ofHours(1))
                .build())) {
            CompletionStage<JsonResult> call = patient.call(RpcRequest.of("x"));
            ScriptedDaemon.Client connection = daemon.accept();
            connection.request();
            connection.close();
            failureOf(call);

            assertThat(failureOf(patient.call(RpcRequest.of("y"))))
                    .isInstanceOf(NotConnectedException.class)
                    .hasMessageMatching(
                            "y was not written: lightningd closed the connection \\(the next try is in \\d+ ms\\)");
            resultOf(patient.connect());
        }
    }

    @Test
    void aDaemonThatAnsweredIsTriedAgainAtOnce() {
        try (var patient = new RpcClient(daemon.settings()
                .reconnectMin(Duration.ofHours(1))
                .reconnectMax(Duration.ofHours(1))
                .build())) {
            CompletionStage<JsonResult> call = patient.call(RpcRequest.of("x"));
            ScriptedDaemon.Client connection = daemon.accept();
            connection.reply(connection.request(), "1");
            assertThat(textOf(call)).isEqualTo("1");
            connection.close();
            await().until(() -> !patient.state().isUp());

            CompletionStage<JsonResult> next = patient.call(RpcRequest.of("y"));
            ScriptedDaemon.Client another = daemon.accept();
            another.reply(another.request(), "2");
            assertThat(textOf(next)).isEqualTo("2");
        }
    }

    @Test
    void aCallThatIsNotAnsweredInTimeHasAnUnknownOutcomeAndItsLateReplyIsDropped() {
        resultOf(client.connect());
        CompletionStage<JsonResult> late = client.call(RpcRequest.of("pay").withDeadline(Duration.ofMillis(500)));
        ScriptedDaemon.Client connection = daemon.accept();
        JsonNode request = connection.request();
        assertThat(failureOf(late))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessage(
                        "Whether lightningd carried out pay is unknown, no answer came before its deadline (id camel:pay#1)");

        CompletionStage<JsonResult> next = client.call(RpcRequest.of("getinfo"));
        connection.reply(request, "{\"late\":\"" + "x".repeat(2 << 20) + "\"}");
        connection.reply(connection.request(), "{}");
        assertThat(textOf(next)).isEqualTo("{}");
    }

    @Test
    void aCallWithoutTimeIsNotWritten() {
        CompletionStage<JsonResult> first = client.call(RpcRequest.of("x"));
        assertThat(failureOf(client.call(RpcRequest.of("pay").withDeadline(Duration.ZERO))))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("pay was not written before its deadline");
        CompletionStage<JsonResult> last = client.call(RpcRequest.of("y"));

        ScriptedDaemon.Client connection = daemon.accept();
        connection
                .requests(2)
                .forEach(request ->
                        connection.reply(request, request.get("method").toString()));
        assertThat(textOf(first)).isEqualTo("\"x\"");
        assertThat(textOf(last)).isEqualTo("\"y\"");
    }

    @Test
    void deadlinesOfAllLengthsAreKept() {
        resultOf(client.connect());
        List<CompletionStage<JsonResult>> calls = new ArrayList<>();
        for (int millis : new int[] {900, 500, 800, 600, 700}) {
            calls.add(client.call(RpcRequest.of("wait").withDeadline(Duration.ofMillis(millis))));
        }
        CompletionStage<JsonResult> forever =
                client.call(RpcRequest.of("wait").withDeadline(Duration.ofSeconds(Long.MAX_VALUE)));
        calls.forEach(call -> assertThat(failureOf(call)).isInstanceOf(OutcomeUnknownException.class));
        assertThat(forever.toCompletableFuture()).isNotDone();
    }

    @Test
    void aDaemonThatDoesNotReadHoldsUpNoCaller() {
        CompletionStage<JsonResult> connecting = client.call(RpcRequest.of("a"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), "1");
        textOf(connecting);

        JsonNode large = Json.emptyObject().put("hex", "ab".repeat(4 << 20));
        CompletionStage<JsonResult> begun =
                client.call(RpcRequest.of("large", large).withDeadline(Duration.ofSeconds(1)));
        CompletionStage<JsonResult> behind = client.call(RpcRequest.of("b").withDeadline(Duration.ofSeconds(1)));
        CompletionStage<JsonResult> later = client.call(RpcRequest.of("c"));

        assertThat(failureOf(begun)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(failureOf(behind)).isInstanceOf(TimeoutException.class);
        assertThat(connection.request().get("method").textValue()).isEqualTo("large");
        JsonNode next = connection.request();
        assertThat(next.get("method").textValue()).isEqualTo("c");
        connection.reply(next, "3");
        assertThat(textOf(later)).isEqualTo("3");
    }

    @Test
    void manySmallRequestsToADaemonThatDoesNotReadHoldUpNoCallerEither() {
        try (var wide = new RpcClient(daemon.settings().maxInFlight(20_000).build())) {
            resultOf(wide.connect());
            ScriptedDaemon.Client connection = daemon.accept();
            List<CompletionStage<JsonResult>> results = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                results.add(wide.call(RpcRequest.of("m" + i)));
            }
            // by now they are more than the socket holds
            connection
                    .requests(20_000)
                    .forEach(request ->
                            connection.reply(request, request.get("method").toString()));
            for (int i = 0; i < 20_000; i++) {
                assertThat(textOf(results.get(i))).isEqualTo("\"m" + i + "\"");
            }
        }
    }

    @Test
    void whatIsBeingWrittenWhenTheDaemonStopsIsUnknownAndWhatWaitsBehindItIsNot() {
        CompletionStage<JsonResult> connecting = client.call(RpcRequest.of("a"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), "1");
        textOf(connecting);

        JsonNode large = Json.emptyObject().put("hex", "ab".repeat(4 << 20));
        CompletionStage<JsonResult> begun = client.call(RpcRequest.of("large", large));
        CompletionStage<JsonResult> behind = client.call(RpcRequest.of("b"));
        assertThat(connection.text(100)).contains("camel:large#2");
        daemon.stop();

        assertThat(failureOf(begun)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(failureOf(behind)).isInstanceOf(NotConnectedException.class);
    }

    @Test
    void manyRequestsToADaemonThatReadsLateAllArrive() {
        List<CompletionStage<JsonResult>> results = new ArrayList<>();
        JsonNode params = Json.emptyObject().put("hex", "ab".repeat(5_000));
        for (int i = 0; i < 250; i++) {
            results.add(client.call(RpcRequest.of("m" + i, params)));
        }
        ScriptedDaemon.Client connection = daemon.accept();
        connection
                .requests(250)
                .forEach(request ->
                        connection.reply(request, request.get("method").toString()));
        for (int i = 0; i < 250; i++) {
            assertThat(textOf(results.get(i))).isEqualTo("\"m" + i + "\"");
        }
    }

    @Test
    void closingEndsEveryCall() {
        CompletionStage<JsonResult> written = client.call(RpcRequest.of("pay"));
        daemon.accept().request();
        client.close();
        LightningException failure = failureOf(written);
        assertThat(failure)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageEndingWith(": the RPC client was closed");
        assertThat(client.state().status()).isEqualTo(NodeState.Status.STOPPED);
    }

    @Test
    void noThreadStaysOfAClosedClientNorOfABrokenConnection() {
        CompletionStage<JsonResult> connecting = client.call(RpcRequest.of("a"));
        ScriptedDaemon.Client connection = daemon.accept();
        connection.reply(connection.request(), "1");
        textOf(connecting);
        CompletionStage<JsonResult> large =
                client.call(RpcRequest.of("large", Json.emptyObject().put("hex", "ab".repeat(4 << 20))));
        await().until(() ->
                threads().containsAll(List.of("lightning-rpc-timer", "lightning-rpc-reader", "lightning-rpc-writer")));

        connection.close();
        failureOf(large);
        await().untilAsserted(() -> assertThat(threads()).containsExactly("lightning-rpc-timer"));
        client.close();
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("lightning-rpc-"))
                .toList();
    }
}

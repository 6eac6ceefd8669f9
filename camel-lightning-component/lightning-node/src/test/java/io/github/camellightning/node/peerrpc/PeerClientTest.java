// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.OTHER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.TYPE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.RemoteErrorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calling methods of peers, of which each does something else wrong. */
@Timeout(60)
class PeerClientTest {

    private static final int LSPS0 = PeerRpcRules.LSPS0_MESSAGE_TYPE;

    private final ScriptedNode node = new ScriptedNode();
    private PeerRpc rpc =
            new PeerRpc(node, new PeerRpcSettings(TYPE, PeerRpcRules.JSONRPC, Duration.ofSeconds(30), 3, 5, 3, 5));

    @AfterEach
    void close() {
        rpc.close();
    }

    private void speakLsps0() {
        rpc.close();
        rpc = new PeerRpc(node, PeerRpcSettings.lsps0());
    }

    private static MethodCall status() {
        return MethodCall.of("orders.status", Json.read("{\"order\":7}"));
    }

    private CompletableFuture<JsonResult> call() {
        return call(PEER, status());
    }

    private CompletableFuture<JsonResult> call(NodeId peer, MethodCall call) {
        return rpc.call(peer, call).toCompletableFuture();
    }

    private String lastId() {
        return node.lastSent().path("id").textValue();
    }

    private void reply(String id, String rest) {
        node.receive(PEER, "{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\"," + rest + "}");
    }

    private static String resultOf(CompletableFuture<JsonResult> call) {
        try (JsonResult result = call.join()) {
            return result.text();
        }
    }

    private static <E extends LightningException> E failureOf(Class<E> type, CompletableFuture<JsonResult> call) {
        Throwable failure =
                catchThrowableOfType(CompletionException.class, call::join).getCause();
        assertThat(failure).isExactlyInstanceOf(type);
        return type.cast(failure);
    }

    @Test
    void aRequestIsOneJsonRpcObjectOfTheType() {
        call();

        assertThat(node.sent).singleElement().satisfies(sent -> {
            assertThat(sent.peer()).isEqualTo(PEER);
            assertThat(sent.message().type()).isEqualTo(TYPE);
            assertThat(sent.json().path("jsonrpc")).hasToString("\"2.0\"");
            assertThat(sent.json().path("method")).hasToString("\"orders.status\"");
            assertThat(sent.json().path("params")).hasToString("{\"order\":7}");
            assertThat(sent.json()).hasSize(4);
        });
    }

    @Test
    void idsAreRandom() {
        var ids = new HashSet<String>();
        for (int i = 0; i < 1_000; i++) {
            CompletableFuture<JsonResult> call = call();
            ids.add(lastId());
            call.cancel(false);
        }
        assertThat(ids).hasSize(1_000).allSatisfy(id -> assertThat(id).matches("[0-9a-f]{32}"));
    }

    @Test
    void repliesComeInAnyOrderAndNumbersKeepTheirDigits() {
        var calls = new ArrayList<CompletableFuture<JsonResult>>();
        var ids = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            calls.add(call());
            ids.add(lastId());
        }
        for (int i : new int[] {2, 0, 1}) {
            reply(ids.get(i), "\"result\":{\"n\":" + i + ".10,\"big\":18446744073709551616}");
        }
        for (int i = 0; i < 3; i++) {
            assertThat(resultOf(calls.get(i))).isEqualTo("{\"n\":" + i + ".10,\"big\":18446744073709551616}");
        }
        assertThat(rpc.openCalls()).isZero();
    }

    @Test
    void anyJsonIsAResult() {
        for (String result : List.of("null", "7", "[]", "\"é\"", "{}")) {
            CompletableFuture<JsonResult> call = call();
            reply(lastId(), "\"result\":" + result);
            assertThat(resultOf(call)).isEqualTo(result);
        }
    }

    @Test
    void anErrorComesInThePeersCodeAndItsWordsWithoutTheirTricks() {
        CompletableFuture<JsonResult> call = call();
        reply(lastId(), "\"error\":{\"code\":101,\"message\":\"no \\u001b[31morder\\n\",\"data\":{\"order\":7}}");

        RemoteErrorException error = failureOf(RemoteErrorException.class, call);
        assertThat(error.code()).isEqualTo(101);
        assertThat(error).hasMessage("no \\u001b[31morder\\u000a");
        assertThat(error.data()).isEqualTo("{\"order\":7}");
        assertThat(error.isRetryable()).isFalse();
    }

    @Test
    void anErrorWithANullResultIsAnErrorAndAResultWithANullErrorAResult() {
        CompletableFuture<JsonResult> failing = call();
        reply(lastId(), "\"result\":null,\"error\":{\"code\":1,\"message\":\"no\"}");
        failureOf(RemoteErrorException.class, failing);

        CompletableFuture<JsonResult> good = call();
        reply(lastId(), "\"result\":1,\"error\":null");
        assertThat(resultOf(good)).isEqualTo("1");
    }

    @Test
    void aReplyOfAnotherPeerIsNotTheReply() {
        CompletableFuture<JsonResult> call = call();
        node.receive(OTHER, "{\"jsonrpc\":\"2.0\",\"id\":\"" + lastId() + "\",\"result\":666}");
        assertThat(call).isNotDone();
        assertThat(rpc.unknownReplies()).isEqualTo(1);
    }

    @Test
    void aSecondReplyIsNotHeeded() {
        CompletableFuture<JsonResult> call = call();
        String id = lastId();
        reply(id, "\"result\":1");
        reply(id, "\"result\":2");
        assertThat(resultOf(call)).isEqualTo("1");
        assertThat(rpc.unknownReplies()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "7",
                "[]",
                "[{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":1}]",
                "{}",
                "{\"id\":\"ID\",\"result\":1}",
                "{\"jsonrpc\":\"1.0\",\"id\":\"ID\",\"result\":1}",
                "{\"jsonrpc\":2.0,\"id\":\"ID\",\"result\":1}",
                "{\"jsonrpc\":\"2.0\",\"result\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"error\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"error\":\"no\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"error\":{\"code\":\"1\",\"message\":\"no\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"error\":{\"code\":1}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"error\":{\"code\":4294967297,\"message\":\"no\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":1,\"error\":{\"code\":1,\"message\":\"no\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":1}\u0000"
            })
    void whatIsNoReplyIsIgnoredAndNeverAnswered(String nonsense) {
        CompletableFuture<JsonResult> call = call();
        node.receive(PEER, nonsense.replace("ID", lastId()));

        assertThat(call).isNotDone();
        assertThat(rpc.invalidMessages()).isEqualTo(1);
        assertThat(node.sent).hasSize(1);
        reply(lastId(), "\"result\":1");
        assertThat(resultOf(call)).isEqualTo("1");
    }

    @Test
    void aDeadlinePassesAndTheOutcomeIsUnknown() {
        var call = new MethodCall("slow", Json.emptyObject(), null, Duration.ofMillis(20), 1);
        assertThat(failureOf(OutcomeUnknownException.class, call(PEER, call)))
                .hasMessageContaining("slow on peer " + PEER, "20 ms");
        assertThat(rpc.openCalls()).isZero();

        reply(lastId(), "\"result\":1");
        assertThat(rpc.unknownReplies()).isEqualTo(1);
    }

    @Test
    void aDeadlineThatPassesBeforeItIsSentLeavesTheOutcomeUnknownToo() {
        node.sending((peer, message) -> new CompletableFuture<>());
        var call = new MethodCall("slow", Json.emptyObject(), null, Duration.ofMillis(20), 1);
        assertThat(failureOf(OutcomeUnknownException.class, call(PEER, call))).hasMessageContaining("may still be");
    }

    @Test
    void aDeadlineWithoutEndIsOne() {
        call(PEER, new MethodCall("slow", Json.emptyObject(), null, Duration.ofSeconds(Long.MAX_VALUE), 1));
        assertThat(rpc.openCalls()).isEqualTo(1);
    }

    @Test
    void whenThePeerGoesCallsOnItEndAtOnceAndOthersGoOn() {
        CompletableFuture<JsonResult> lost = call();
        CompletableFuture<JsonResult> other = call(OTHER, status());
        node.disconnected(PEER);

        OutcomeUnknownException unknown = failureOf(OutcomeUnknownException.class, lost);
        assertThat(unknown).hasMessageContaining("orders.status on peer " + PEER, "disconnected: gone");
        assertThat(unknown.isRetryable()).isFalse();
        assertThat(other).isNotDone();
    }

    @Test
    void whatWasNotWrittenSaysSo() {
        node.sending((peer, message) -> CompletableFuture.failedFuture(new NotConnectedException("not there")));
        assertThat(failureOf(NotConnectedException.class, call()).isRetryable()).isTrue();

        node.sending((peer, message) -> {
            throw new IllegalStateException("broken");
        });
        failureOf(LightningException.class, call());
        assertThat(rpc.openCalls()).isZero();
    }

    @Test
    void aPeerThatGoesWhileTheRequestIsBeingWrittenLeavesTheAnswerToTheNode() {
        var sending = new CompletableFuture<Void>();
        node.sending((peer, message) -> sending);
        CompletableFuture<JsonResult> unwritten = call();
        node.disconnected(PEER);
        assertThat(unwritten).isNotDone();
        sending.completeExceptionally(new NotConnectedException("closed"));
        failureOf(NotConnectedException.class, unwritten);

        var written = new CompletableFuture<Void>();
        node.sending((peer, message) -> written);
        CompletableFuture<JsonResult> lost = call();
        node.disconnected(PEER);
        written.complete(null);
        failureOf(OutcomeUnknownException.class, lost);
    }

    @Test
    void aReplyMayOvertakeTheNewsThatTheRequestIsWritten() {
        var sending = new CompletableFuture<Void>();
        node.sending((peer, message) -> sending);
        CompletableFuture<JsonResult> call = call();
        reply(lastId(), "\"result\":1");
        sending.complete(null);
        assertThat(resultOf(call)).isEqualTo("1");
    }

    @Test
    void whenTheNodeGoesDownCallsEnd() {
        CompletableFuture<JsonResult> call = call();
        node.down("no daemon");
        await().atMost(10, TimeUnit.SECONDS).until(call::isDone);
        assertThat(failureOf(OutcomeUnknownException.class, call)).hasMessageContaining("no daemon");
    }

    @Test
    void callsOnOnePeerAndCallsInAllAreCounted() {
        CompletableFuture<JsonResult> first = call();
        call();
        call();
        QueueFullException full = failureOf(QueueFullException.class, call());
        assertThat(full).hasMessageContaining("maxCallsPerPeer=3");
        assertThat(full.isRetryable()).isTrue();
        call(OTHER, status());
        call(OTHER, status());
        assertThat(failureOf(QueueFullException.class, call(OTHER, status()))).hasMessageContaining("maxCalls=5");

        first.cancel(false);
        assertThat(call()).isNotDone();
    }

    @Test
    void aRequestThatDoesNotFitIsRefusedBeforeItIsSent() {
        MethodCall large = MethodCall.of("x", Json.tree(List.of("a".repeat(65_533))));
        assertThat(failureOf(InvalidMessageException.class, call(PEER, large)))
                .hasMessageContainingAll("does not fit", "65533");
        assertThat(node.sent).isEmpty();
        assertThat(rpc.openCalls()).isZero();

        int room = 65_533 - request(0).length;
        call(PEER, MethodCall.of("x", Json.tree(List.of("a".repeat(room)))));
        assertThat(node.sent.get(0).message().payload()).hasSize(65_533);
    }

    private static byte[] request(int size) {
        return RpcText.request("0".repeat(32), "x", Json.tree(List.of("a".repeat(size))));
    }

    @Test
    void paramsThatNoJsonCanHoldAreRefused() {
        MethodCall half = MethodCall.of("x", Json.tree(List.of("\ud800")));
        assertThat(failureOf(InvalidMessageException.class, call(PEER, half))).hasMessageContaining("surrogate");

        ObjectNode deep = Json.emptyObject();
        for (int i = 0; i < 5_000; i++) {
            ObjectNode inner = deep;
            deep = Json.emptyObject();
            deep.set("a", inner);
        }
        assertThat(failureOf(InvalidMessageException.class, call(PEER, MethodCall.of("x", deep))))
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void aMillionRepliesThatNobodyAskedForLeaveNothingBehind() {
        CompletableFuture<JsonResult> call = call();
        for (int i = 0; i < 1_000_000; i++) {
            node.receive(PEER, "{\"jsonrpc\":\"2.0\",\"id\":\"" + i + "\",\"result\":1}");
        }
        assertThat(rpc.unknownReplies()).isEqualTo(1_000_000);
        assertThat(rpc.openCalls()).isEqualTo(1);
        assertThat(node.sent).hasSize(1);
        reply(lastId(), "\"result\":1");
        assertThat(resultOf(call)).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x\"}", "{\"jsonrpc\":\"2.0\",\"method\":\"x\"}"})
    void whatServesNothingDoesNotAnswerRequests(String request) {
        node.receive(PEER, request);
        node.receive(PEER, "{");
        assertThat(node.sent).isEmpty();
    }

    @Test
    void afterNonsenseLsps0CallsAPeerOnlyWhenItHasConnectedAnew() {
        speakLsps0();
        CompletableFuture<JsonResult> before = call();
        node.receive(PEER, LSPS0, "{".getBytes(UTF_8));

        assertThat(failureOf(NotConnectedException.class, call()))
                .hasMessageContainingAll("is not called again until it has connected anew", "not JSON");
        assertThat(node.sent).hasSize(1);
        assertThat(call(OTHER, status())).isNotDone();
        assertThat(before).as("it was sent, and may be answered still").isNotDone();

        node.disconnected(PEER);
        failureOf(OutcomeUnknownException.class, before);
        node.connected(PEER);
        assertThat(call()).isNotDone();
    }

    @Test
    void notificationsOfAnLsps0ServerAreNoNonsense() {
        speakLsps0();
        node.receive(PEER, LSPS0, "{\"jsonrpc\":\"2.0\",\"method\":\"lsps9.hi\",\"params\":{}}".getBytes(UTF_8));
        assertThat(call()).isNotDone();
        assertThat(rpc.invalidMessages()).isZero();
    }

    @Test
    void manyPeersWhoSendNonsenseAreNotAllRemembered() {
        speakLsps0();
        for (int i = 0; i < 2_000; i++) {
            node.receive(NodeIds.id(i), LSPS0, "{".getBytes(UTF_8));
        }
        assertThat(call(NodeIds.id(0), status())).isNotDone();
        failureOf(NotConnectedException.class, call(NodeIds.id(1_999), status()));
    }

    @Test
    void lsps0HasParamsByNameOnly() {
        speakLsps0();
        assertThat(failureOf(InvalidMessageException.class, call(PEER, MethodCall.of("lsps1.x", Json.read("[]")))))
                .hasMessageContaining("by name");
        assertThat(node.sent).isEmpty();
    }

    @Test
    void closingEndsCallsAndRefusesOthers() {
        CompletableFuture<JsonResult> call = call();
        rpc.close();
        rpc.close();
        failureOf(OutcomeUnknownException.class, call);
        failureOf(NotConnectedException.class, call());
        assertThat(node.sent).hasSize(1);
    }

    @Test
    void twoProtocolsCannotHaveOneType() {
        assertThat(catchThrowableOfType(
                        InvalidMessageException.class, () -> new PeerRpc(node, PeerRpcSettings.jsonRpc(TYPE))))
                .hasMessageContaining("Message type 40001 is taken");
        rpc.close();
        new PeerRpc(node, PeerRpcSettings.jsonRpc(TYPE)).close();
    }
}

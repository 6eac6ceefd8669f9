// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.OTHER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.TYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.RemoteErrorException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calling methods of peers: what goes out, and what counts as the reply. */
@Timeout(60)
class PeerClientTest extends PeerClientSupport {

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
    void twoProtocolsCannotHaveOneType() {
        assertThat(catchThrowableOfType(
                        InvalidMessageException.class, () -> new PeerRpc(node, PeerRpcSettings.jsonRpc(TYPE))))
                .hasMessageContaining("Message type 40001 is taken");
        rpc.close();
        new PeerRpc(node, PeerRpcSettings.jsonRpc(TYPE)).close();
    }
}

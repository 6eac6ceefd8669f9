// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.RemoteErrorException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a peer sends: at most one message comes back, which is a reply that can be read, and the next request is served as if nothing had been. */
@Timeout(120)
class FuzzTest {

    private static final List<String> SEEDS = List.of(
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"lsps1.echo\",\"params\":{\"n\":[1,2.5,\"é\"]}}",
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"lsps1.fail\",\"params\":{}}",
            "{\"jsonrpc\":\"2.0\",\"method\":\"lsps1.echo\"}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"x\":1}}",
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"no\",\"data\":[]}}",
            "[{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"lsps1.echo\"}]");
    private static final String STUFF = "{}[]\":,\\ue0129-+.\u0000 \n";

    @ParameterizedTest
    @EnumSource(PeerRpcRules.class)
    void noMessageHurts(PeerRpcRules rules) {
        var random = new Random(rules.ordinal());
        var node = new ScriptedNode();
        try (var rpc = new PeerRpc(
                node, rules == PeerRpcRules.LSPS0 ? PeerRpcSettings.lsps0() : PeerRpcSettings.jsonRpc(40_001))) {
            int type = rpc.settings().type();
            rpc.serve(
                    new PeerMethod("lsps1.echo", null, Set.of()),
                    (peer, params) -> CompletableFuture.completedFuture(params));
            rpc.serve(
                    new PeerMethod("lsps1.fail", ParamNames.NONE, Set.of()),
                    (peer, params) -> CompletableFuture.failedFuture(new RemoteErrorException(1, "no", null)));
            for (int i = 0; i < 60_000; i++) {
                node.sent.clear();
                node.receive(PEER, type, mutated(random));
                assertThat(node.sent).hasSizeLessThan(2).allSatisfy(sent -> {
                    assertThat(sent.message().payload()).hasSizeLessThanOrEqualTo(CustomMessage.MAX_PAYLOAD);
                    JsonNode reply = sent.json();
                    assertThat(reply.path("jsonrpc").textValue()).isEqualTo("2.0");
                    assertThat(reply.has("id")).isTrue();
                    assertThat(reply.has("result")).isNotEqualTo(reply.has("error"));
                });
            }
            node.sent.clear();
            node.receive(PEER, type, SEEDS.get(0).getBytes(UTF_8));
            assertThat(node.lastSent().path("result")).hasToString("{\"n\":[1,2.5,\"é\"]}");
            assertThat(rpc.servedCalls()).isZero();
        }
    }

    private static byte[] mutated(Random random) {
        var text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, STUFF.charAt(random.nextInt(STUFF.length())));
                case 1 -> text.setCharAt(at, (char) random.nextInt(300));
                case 2 -> text.delete(at, Math.min(text.length() - 1, at + random.nextInt(8)));
                default -> text.insert(at, text.substring(at / 2, at));
            }
        }
        return text.toString().getBytes(UTF_8);
    }

    @Test
    void noReplyHurtsACall() {
        var random = new Random(3);
        var node = new ScriptedNode();
        try (var rpc = new PeerRpc(node, PeerRpcSettings.jsonRpc(40_001))) {
            for (int i = 0; i < 20_000; i++) {
                node.sent.clear();
                CompletableFuture<JsonResult> call =
                        rpc.call(PEER, MethodCall.of("x", Json.emptyObject())).toCompletableFuture();
                String id = node.lastSent().path("id").textValue();
                byte[] reply = mutated(random);
                node.receive(PEER, new String(reply, UTF_8).replace("\"a\"", "\"" + id + "\""));
                node.receive(PEER, "{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"result\":1}");
                assertThat(call).isDone();
                assertThat(node.sent).hasSize(1);
            }
            assertThat(rpc.openCalls()).isZero();
        }
    }
}

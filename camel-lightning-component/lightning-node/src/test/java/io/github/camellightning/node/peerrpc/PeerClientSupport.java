// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.TYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;

/** A {@link PeerRpc} that calls methods of peers, which are the test. */
abstract class PeerClientSupport {

    static final int LSPS0 = PeerRpcRules.LSPS0_MESSAGE_TYPE;

    final ScriptedNode node = new ScriptedNode();
    PeerRpc rpc =
            new PeerRpc(node, new PeerRpcSettings(TYPE, PeerRpcRules.JSONRPC, Duration.ofSeconds(30), 3, 5, 3, 5));

    @AfterEach
    void close() {
        rpc.close();
    }

    void speakLsps0() {
        rpc.close();
        rpc = new PeerRpc(node, PeerRpcSettings.lsps0());
    }

    static MethodCall status() {
        return MethodCall.of("orders.status", Json.read("{\"order\":7}"));
    }

    CompletableFuture<JsonResult> call() {
        return call(PEER, status());
    }

    CompletableFuture<JsonResult> call(NodeId peer, MethodCall call) {
        return rpc.call(peer, call).toCompletableFuture();
    }

    String lastId() {
        return node.lastSent().path("id").textValue();
    }

    void reply(String id, String rest) {
        node.receive(PEER, "{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\"," + rest + "}");
    }

    static String resultOf(CompletableFuture<JsonResult> call) {
        try (JsonResult result = call.join()) {
            return result.text();
        }
    }

    static <E extends LightningException> E failureOf(Class<E> type, CompletableFuture<JsonResult> call) {
        Throwable failure =
                catchThrowableOfType(CompletionException.class, call::join).getCause();
        assertThat(failure).isExactlyInstanceOf(type);
        return type.cast(failure);
    }
}

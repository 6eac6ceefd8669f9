// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** A {@link PeerRpc} that serves methods to peers, which are the test. */
abstract class PeerServerSupport {

    static final PeerMethodListener ECHO = (peer, params) -> CompletableFuture.completedFuture(params);

    final ScriptedNode node = new ScriptedNode();
    final PeerRpc rpc =
            new PeerRpc(node, new PeerRpcSettings(TYPE, PeerRpcRules.JSONRPC, Duration.ofSeconds(30), 3, 5, 3, 5));
    final List<CompletableFuture<JsonNode>> open = new ArrayList<>();

    @AfterEach
    void close() {
        rpc.close();
    }

    Registration serve(String name, PeerMethodListener listener) {
        return rpc.serve(new PeerMethod(name, null, Set.of()), listener);
    }

    /** A method that answers when the test does. */
    void serveSlowly(String name) {
        serve(name, (peer, params) -> {
            var answer = new CompletableFuture<JsonNode>();
            open.add(answer);
            return answer;
        });
    }

    void ask(String id, String method) {
        node.receive(PEER, "{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"method\":\"" + method + "\",\"params\":{}}");
    }

    String replyTo(String request) {
        int before = node.sent.size();
        node.receive(PEER, request);
        assertThat(node.sent).as("replies to %s", request).hasSize(before + 1);
        return node.lastSent().toString();
    }
}

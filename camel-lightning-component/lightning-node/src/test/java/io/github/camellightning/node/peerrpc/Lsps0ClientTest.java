// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.OTHER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What bLIP-50 demands of a client beyond JSON-RPC 2.0. */
@Timeout(60)
class Lsps0ClientTest extends PeerClientSupport {

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
}

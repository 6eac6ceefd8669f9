// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.OTHER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import io.github.camellightning.node.QueueFullException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a peer may have in flight at a time. */
@Timeout(60)
class PlacesTest extends PeerServerSupport {

    @Test
    void anIdIsInFlightOnlyOnce() {
        serveSlowly("slow");
        ask("a", "slow");
        ask("a", "slow");
        assertThat(node.lastSent().toString()).contains("\"id\":null", "-32600", "same id");
        node.receive(OTHER, "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"slow\"}");
        assertThat(open).hasSize(2);

        open.get(0).complete(IntNode.valueOf(1));
        assertThat(node.lastSent()).hasToString("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":1}");
        ask("a", "slow");
        assertThat(open).hasSize(3);
    }

    @Test
    void aPeerHasSoManyPlacesAndAllHaveSoMany() {
        serveSlowly("slow");
        for (int i = 0; i < 3; i++) {
            ask("p" + i, "slow");
        }
        ask("p3", "slow");
        assertThat(node.lastSent().toString()).contains("\"id\":\"p3\"", "\"code\":-32000");
        for (int i = 0; i < 3; i++) {
            node.receive(OTHER, "{\"jsonrpc\":\"2.0\",\"id\":" + i + ",\"method\":\"slow\"}");
        }
        assertThat(node.lastSent().toString()).contains("\"id\":2", "\"code\":-32000");
        assertThat(open).hasSize(5);

        open.get(0).complete(IntNode.valueOf(1));
        ask("p4", "slow");
        assertThat(open).hasSize(6);
    }

    @Test
    void aReplyKeepsItsPlaceUntilItIsWritten() {
        var written = new CompletableFuture<Void>();
        node.sending((peer, message) -> written);
        serve("echo", ECHO);
        for (int i = 0; i < 4; i++) {
            ask("a" + i, "echo");
        }
        assertThat(node.lastSent().toString()).contains("\"id\":\"a3\"", "\"code\":-32000");
        assertThat(rpc.servedCalls()).isEqualTo(3);
        written.completeExceptionally(new QueueFullException("it does not read"));
        assertThat(rpc.servedCalls()).isZero();
    }

    @Test
    void aPeerThatReadsNoErrorsIsToldNoMoreOfThem() {
        var written = new CompletableFuture<Void>();
        node.sending((peer, message) -> written);
        serve("echo", ECHO);
        for (int i = 0; i < 100_000; i++) {
            ask("a" + i, "unknown");
        }
        assertThat(node.sent).hasSize(3);
        node.receive(OTHER, "{");
        assertThat(node.sent).hasSize(4);

        written.complete(null);
        ask("a", "unknown");
        assertThat(node.sent).hasSize(5);
    }

    @Test
    void aPeerThatGoesGetsNoReplyAndKeepsItsPlacesUntilItsCallsEnd() {
        serveSlowly("slow");
        ask("a", "slow");
        ask("b", "slow");
        node.disconnected(PEER);
        node.connected(PEER);
        assertThat(rpc.servedCalls()).isEqualTo(2);

        ask("a", "slow");
        ask("c", "slow");
        assertThat(node.lastSent().toString()).contains("\"id\":\"c\"", "-32000");
        open.get(0).complete(IntNode.valueOf(1));
        assertThat(node.sent).hasSize(1);
        open.get(2).complete(IntNode.valueOf(3));
        assertThat(node.lastSent()).hasToString("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":3}");
        open.get(1).complete(IntNode.valueOf(2));
        assertThat(rpc.servedCalls()).isZero();
        assertThat(node.sent).hasSize(2);
    }
}

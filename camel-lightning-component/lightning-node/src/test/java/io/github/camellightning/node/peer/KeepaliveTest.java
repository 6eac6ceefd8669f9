// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.addressOf;
import static io.github.camellightning.node.peer.PeerNodes.connectedTo;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.CustomMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Silence is answered with a ping, and long silence with the end. */
class KeepaliveTest {

    private static final int PING = 18;
    private static final int PONG = 19;
    private static final long LONG = 60_000;

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines log = PeerLogLines.ofOurs(Level.WARN);

    private PeerNode node(long pingAfter, long deadAfter) throws Exception {
        return nodes.start(n -> {
            n.getLimits().setPingAfterMillis(pingAfter);
            n.getLimits().setDeadAfterMillis(deadAfter);
        });
    }

    @Test
    void afterSilenceThePeerIsPingedForOneByte() throws Exception {
        RawPeer peer = RawPeer.connected(node(40, LONG));

        CustomMessage ping = peer.receive();
        assertThat(ping.type()).isEqualTo(PING);
        assertThat(ping.payload()).containsExactly(0, 1, 0, 0);
    }

    @Test
    void aPeerThatAnswersIsPingedAgainAndStays() throws Exception {
        PeerNode node = node(40, 1_000);
        RawPeer peer = RawPeer.connected(node);
        // one comes after 40 ms of silence: together they take longer than a peer has that says nothing
        for (int pings = 0; pings < 30; pings++) {
            assertThat(peer.receive().type()).isEqualTo(PING);
            peer.send(PONG, "000100");
        }

        assertThat(connectedTo(node)).containsExactly(peer.local());
    }

    @Test
    void aPeerThatSaysNothingIsTakenForDead() throws Exception {
        PeerNode node = node(LONG, 150);
        RawPeer peer = RawPeer.connected(node);

        assertThat(peer.awaitHangUp()).isEmpty();
        PeerNodes.awaitDisconnected(node, peer.local());
        assertThat(log.linesWith("not a byte within 150 ms")).hasSize(1);
    }

    @Test
    void whileBytesFlowNobodyIsPinged() throws Exception {
        PeerNode node = node(400, LONG);
        RawPeer talking = RawPeer.connected(node);
        RawPeer pacemaker = RawPeer.connected(node);
        RawPeer silent = RawPeer.connected(node);
        CompletableFuture<Void> pingedTwice = CompletableFuture.runAsync(() -> awaitPings(silent, 2));

        while (!pingedTwice.isDone()) {
            talking.send(ODD, "");
            pacemaker.pingPong();
        }
        pingedTwice.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        talking.send(PING, "00020000");
        assertThat(talking.receive().payload())
                .as("the pong, and no ping before it")
                .hasSize(4);
    }

    private static void awaitPings(RawPeer peer, int pings) {
        try {
            for (int i = 0; i < pings; i++) {
                assertThat(peer.receive().type()).isEqualTo(PING);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void aByteOfAFrameIsASignOfLife() throws Exception {
        PeerNode node = node(LONG, 300);
        RawPeer slow = RawPeer.connected(node);
        RawPeer pacemaker = RawPeer.connected(node);
        RawPeer silent = RawPeer.connected(node);
        byte[] frame = slow.frame(new byte[65_535]);
        int sent = 0;
        // until the silent one, which came later, is given up
        while (connectedTo(node).contains(silent.local()) && sent < frame.length - 1) {
            slow.sendBytes(new byte[] {frame[sent++]});
            pacemaker.pingPong();
        }

        assertThat(connectedTo(node)).containsExactlyInAnyOrder(slow.local(), pacemaker.local());
    }

    @Test
    void twoNodesKeepEachOtherAlive() throws Exception {
        PeerNode alice = node(100, 800);
        PeerNode bob = node(100, 800);
        PeerNodes.get(alice.connect(addressOf(bob)));
        RawPeer silent = RawPeer.connected(alice);
        PeerNodes.awaitDisconnected(alice, silent.local());

        assertThat(connectedTo(alice)).containsExactly(bob.nodeId());
        assertThat(connectedTo(bob)).containsExactly(alice.nodeId());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.noise.NodeKey;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody fills our disk from outside, or makes our log say what it does not mean. */
class PeerLogTest {

    private static final int WARNING = 1;
    private static final int ERROR = 17;

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines log = PeerLogLines.ofOurs(Level.INFO);

    private static byte[] warning(String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(34 + data.length)
                .put(new byte[32])
                .putShort((short) data.length)
                .put(data)
                .array();
    }

    // PeerLog itself

    @Test
    void aPeerAndAReasonGetOneLineInAnInterval() {
        var peerLog = new PeerLog(60_000);
        for (int i = 0; i < 100; i++) {
            peerLog.warn("alice", "is rude: ", "time " + i);
        }
        peerLog.warn("alice", "is late: ", "again");
        peerLog.warn("bob", "is rude: ", "once");

        assertThat(log.lines())
                .containsExactly(
                        "Peer alice: is rude: time 0", "Peer alice: is late: again", "Peer bob: is rude: once");
    }

    @Test
    void theNextLineTellsHowManyWereHeldBack() {
        var peerLog = new PeerLog(50);
        peerLog.warn("alice", "is rude: ", "first");
        peerLog.warn("alice", "is rude: ", "second");
        peerLog.warn("alice", "is rude: ", "third");
        await().atMost(PATIENCE).until(() -> {
            peerLog.warn("alice", "is rude: ", "later");
            return log.lines().size() == 2;
        });

        assertThat(log.lines().get(1))
                .matches("Peer alice: is rude: later \\(\\d+ more like this since the last line\\)");
    }

    @Test
    void whatIsRememberedOfPeersIsBounded() {
        var peerLog = new PeerLog(60_000);
        for (int i = 0; i < 20_000; i++) {
            peerLog.warn("peer " + i, "is rude: ", "");
        }

        assertThat(peerLog.remembered()).isLessThanOrEqualTo(4_096);
    }

    // what nodes tell

    @Test
    void warningsOfAPeerGetOneLine() throws Exception {
        PeerNode node = nodes.start();
        RawPeer peer = RawPeer.connected(node);
        for (int i = 0; i < 50; i++) {
            peer.send(WARNING, warning("number " + i));
        }
        peer.send(ERROR, warning("an error is another reason"));
        peer.pingPong();

        assertThat(log.linesWith("number")).singleElement().asString().endsWith("sent a warning: number 0");
        assertThat(log.linesWith("sent an error")).hasSize(1);
    }

    @Test
    void whatAPeerSaysIsEscapedAndCut() throws Exception {
        PeerNode node = nodes.start();
        RawPeer peer = RawPeer.connected(node);
        peer.send(WARNING, warning("\n2026-11-01 ERROR all is lost\u001b[2J" + "x".repeat(60_000)));
        peer.pingPong();

        String line = log.linesWith("all is lost").get(0);
        assertThat(line).contains("sent a warning: \\u000a2026-11-01 ERROR all is lost\\u001b[2Jxxx");
        assertThat(line.chars()).allMatch(c -> c >= ' ' && c < 0x7f);
        assertThat(line.length()).isLessThan(256 + 66 + 100);
    }

    @Test
    void handshakesThatFailFromOneAddressGetOneLine() throws Exception {
        PeerNode node = nodes.start();
        for (int i = 0; i < 10; i++) {
            Socket socket = RawPeer.connect(node);
            socket.getOutputStream().write(new byte[50]);
            try {
                assertThat(socket.getInputStream().read()).isLessThan(0);
            } catch (IOException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
        }

        assertThat(log.linesWith("handshake failed")).hasSize(1);
    }

    @Test
    void connectionsThatALimitRefusesGetOneLine() throws Exception {
        PeerNode node = nodes.start(n -> n.getLimits().setMaxConnections(1));
        RawPeer first = RawPeer.connected(node);
        for (int i = 0; i < 10; i++) {
            RawPeer.connect(node);
        }
        await().atMost(PATIENCE).until(() -> node.refusedConnections() == 10);
        first.pingPong();

        assertThat(log.linesWith("maxConnections")).hasSize(1);
    }

    @Test
    void aPeerThatComesAndGoesAllTheTimeGetsOneLineForEach() throws Exception {
        PeerNode node = nodes.start();
        NodeKey key = RawPeer.newKey();
        for (int i = 0; i < 10; i++) {
            RawPeer peer = RawPeer.connected(node, key);
            peer.close();
            PeerNodes.awaitDisconnected(node, peer.local());
        }

        assertThat(log.linesWith(": connected")).hasSize(1);
        assertThat(log.linesWith(": disconnected")).hasSize(1);
    }

    @Test
    void aPeerThatBreaksARuleIsNamedOnceWithTheRule() throws Exception {
        PeerNode node = nodes.start();
        RawPeer peer = RawPeer.connected(node);
        peer.send(18, "00");
        peer.awaitHangUp();
        peer.close();
        PeerNodes.awaitDisconnected(node, peer.local());

        assertThat(log.linesWith("disconnected"))
                .singleElement()
                .asString()
                .contains(peer.local().hex())
                .contains("a ping of 1 bytes is too short");
    }

    @Test
    void aPeerWhoseMessagesMakeAListenerFailGetsOneEscapedLine() throws Exception {
        PeerNode node = nodes.start();
        node.onMessage(MessageFilter.all(), message -> {
            throw new IllegalArgumentException("not a number: " + PeerNodes.text(message.message()));
        });
        RawPeer peer = RawPeer.connected(node);
        for (int i = 0; i < 20; i++) {
            peer.send(ODD, ("\nforged " + "y".repeat(5_000)).getBytes(StandardCharsets.UTF_8));
        }
        peer.pingPong();

        String line = log.linesWith("forged").get(0);
        assertThat(log.linesWith("forged")).hasSize(1);
        assertThat(line).contains("IllegalArgumentException").contains("\\u000aforged");
        assertThat(line.length()).isLessThan(1_500);
    }
}

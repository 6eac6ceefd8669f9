// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.addressOf;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static io.github.camellightning.node.peer.PeerNodes.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No buffer is lost, however a connection goes: each one made here is watched. */
class LeakTest {

    private static ResourceLeakDetector.Level before;

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines log = new PeerLogLines(ResourceLeakDetector.class.getName(), Level.ERROR);

    @BeforeAll
    static void watchEveryBuffer() {
        before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterAll
    static void asBefore() {
        ResourceLeakDetector.setLevel(before);
    }

    @Test
    void noBufferIsLost() throws Exception {
        traffic();
        peersThatMisbehave();
        peersThatGoInTheMiddleOfSomething();
        aNodeThatStopsInTheMiddleOfSomething();

        lose(ByteBufAllocator.DEFAULT);
        await("the buffer lost on purpose to be found, and so every other one")
                .atMost(PATIENCE)
                .until(() -> {
                    System.gc();
                    IntStream.range(0, 100)
                            .forEach(i ->
                                    ByteBufAllocator.DEFAULT.directBuffer(16).release());
                    return !log.linesWith("lost on purpose").isEmpty();
                });
        assertThat(log.lines()).allMatch(line -> line.contains("lost on purpose"));
    }

    private static void lose(ByteBufAllocator allocator) {
        allocator.directBuffer(16).touch("lost on purpose");
    }

    private void traffic() throws Exception {
        PeerNode alice = nodes.start();
        PeerNode bob = nodes.start();
        var atBob = new Mailbox();
        bob.onMessage(MessageFilter.all(), atBob);
        get(alice.connect(addressOf(bob)));
        CompletionStage<Void> last = null;
        for (int i = 0; i < 1_100; i++) {
            last = alice.send(bob.nodeId(), new CustomMessage(ODD, new byte[i]));
        }
        get(last);
        atBob.await(1_100);
        get(alice.stop());
        get(bob.stop());
    }

    private void peersThatMisbehave() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setFrameTimeoutMillis(50);
            n.getLimits().setActTimeoutMillis(50);
        });
        RawPeer.connect(node).getOutputStream().write(new byte[10]);
        RawPeer.connect(node).getOutputStream().write(new byte[10_000]);
        RawPeer wrongMac = RawPeer.connected(node);
        wrongMac.sendBytes(new byte[200]);
        wrongMac.awaitHangUp();
        RawPeer slow = RawPeer.connected(node);
        slow.sendBytes(slow.header(60_000));
        slow.awaitHangUp();
        RawPeer rude = RawPeer.connected(node);
        rude.send(40_000, new byte[1_000]);
        rude.send(ODD, new byte[1_000]);
        rude.awaitHangUp();
        get(node.stop());
    }

    private void peersThatGoInTheMiddleOfSomething() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setInboundMessages(2);
            n.getLimits().setInboundStallPingMillis(20);
        });
        var mailbox = Mailbox.holding();
        node.onMessage(MessageFilter.all(), mailbox);
        RawPeer held = RawPeer.connected(node);
        for (int i = 0; i < 50; i++) {
            held.send(ODD, new byte[500]);
        }
        held.receive(18);
        held.close();
        RawPeer inTheMiddleOfAFrame = RawPeer.connected(node);
        inTheMiddleOfAFrame.sendBytes(inTheMiddleOfAFrame.header(60_000));
        inTheMiddleOfAFrame.sendBytes(new byte[1_000]);
        inTheMiddleOfAFrame.close();
        RawPeer deaf = RawPeer.slowReader(node);
        IntStream.range(0, 100).forEach(i -> node.send(deaf.local(), new CustomMessage(ODD, new byte[60_000])));
        deaf.socket().setSoLinger(true, 0);
        deaf.close();
        PeerNodes.awaitDisconnected(node, deaf.local());
        mailbox.release();
        get(node.stop());
    }

    private void aNodeThatStopsInTheMiddleOfSomething() throws Exception {
        PeerNode node = nodes.start();
        RawPeer deaf = RawPeer.slowReader(node);
        IntStream.range(0, 100).forEach(i -> node.send(deaf.local(), new CustomMessage(ODD, new byte[60_000])));
        RawPeer halfOpen = RawPeer.dial(node, RawPeer.newKey());
        halfOpen.sendBytes(new byte[17]);
        PeerNode other = nodes.start();
        get(other.connect(addressOf(node)));
        other.send(node.nodeId(), message("on its way"));
        get(node.stop());
        get(other.stop());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.addressOf;
import static io.github.camellightning.node.peer.PeerNodes.events;
import static io.github.camellightning.node.peer.PeerNodes.failure;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static io.github.camellightning.node.peer.PeerNodes.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState.Status;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.PeerEvent;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a node goes down, and a connection: what was accepted is written first, and nobody waits for ever. */
class StopTest {

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    private static long secondsOf(CompletionStage<Void> stop) throws Exception {
        long begin = System.nanoTime();
        stop.toCompletableFuture().get(60, TimeUnit.SECONDS);
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
    }

    private static List<CompletableFuture<Void>> sendNumbered(PeerNode from, NodeId to, int count, int size) {
        List<CompletableFuture<Void>> sends = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] payload = ByteBuffer.allocate(size).putInt(i).array();
            sends.add(from.send(to, new CustomMessage(ODD, payload)).toCompletableFuture());
        }
        return sends;
    }

    // what waits

    @Test
    void whatIsQueuedIsWrittenBeforeTheNodeGoesDown() throws Exception {
        PeerNode alice = nodes.start(n -> n.getLimits().setStopTimeoutMillis(20_000));
        PeerNode bob = nodes.start();
        var atBob = new Mailbox();
        bob.onMessage(MessageFilter.all(), atBob);
        get(alice.connect(addressOf(bob)));
        var sends = sendNumbered(alice, bob.nodeId(), 1_000, 4_000);

        get(alice.stop());

        assertThat(sends).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
        assertThat(atBob.await(1_000)).hasSize(1_000);
    }

    @Test
    void whatIsQueuedIsWrittenBeforeADisconnect() throws Exception {
        PeerNode alice = nodes.start(n -> n.getLimits().setStopTimeoutMillis(20_000));
        PeerNode bob = nodes.start();
        var atBob = new Mailbox();
        bob.onMessage(MessageFilter.all(), atBob);
        get(alice.connect(addressOf(bob)));
        var sends = sendNumbered(alice, bob.nodeId(), 1_000, 4_000);

        get(alice.disconnect(bob.nodeId()));

        assertThat(sends).allMatch(send -> send.isDone() && !send.isCompletedExceptionally());
        assertThat(atBob.await(1_000)).hasSize(1_000);
        get(alice.stop());
    }

    @Test
    void aPeerThatDoesNotReadCannotHoldUpAStop() throws Exception {
        PeerNode node = nodes.start(n -> n.getLimits().setStopTimeoutMillis(300));
        RawPeer peer = RawPeer.slowReader(node);
        var sends = sendNumbered(node, peer.local(), 200, 60_000);

        assertThat(secondsOf(node.stop())).isLessThan(10);

        assertThat(sends).allMatch(CompletableFuture::isDone);
        assertThat(sends).anyMatch(CompletableFuture::isCompletedExceptionally);
        peer.close();
    }

    @Test
    void thePeerSeesAnOrderlyEndAfterTheLastMessage() throws Exception {
        PeerNode node = nodes.start();
        RawPeer peer = RawPeer.connected(node);
        // unread when the node goes: closing right away would reset the connection and take the message with it
        peer.send(18, "fffb0000");
        get(node.send(peer.local(), message("last words")));
        var stop = node.stop();

        assertThat(PeerNodes.text(peer.receive(ODD))).isEqualTo("last words");
        peer.awaitHangUp();
        peer.close();
        get(stop);
    }

    // who is not there yet

    @Test
    void thoseWhoAreNotPeersYetDoNotHoldUpAStop() throws Exception {
        PeerNode node = nodes.start(n -> n.getLimits().setStopTimeoutMillis(30_000));
        RawPeer.connect(node);
        RawPeer withoutInit = RawPeer.dial(node, RawPeer.newKey());
        withoutInit.receive(16);
        try (ServerSocket mute = RawPeer.listen()) {
            var dial = node.connect(new PeerAddress(RawPeer.newKey().nodeId(), "127.0.0.1", mute.getLocalPort()));
            mute.accept();

            assertThat(secondsOf(node.stop())).isLessThan(5);
            assertThat(failure(NotConnectedException.class, dial)).hasMessageContaining("this node stops");
        }
    }

    // what is told

    @Test
    void everyPeerIsToldOfAsDisconnected() throws Exception {
        for (int round = 0; round < 10; round++) {
            PeerNode hub = nodes.start(n -> {
                n.setIoThreads(8);
                n.getLimits().setMaxConnectionsPerAddress(100);
                n.getLimits().setStopTimeoutMillis(1);
            });
            List<PeerEvent> events = events(hub);
            Set<NodeId> peers = new HashSet<>();
            for (int i = 0; i < 16; i++) {
                peers.add(RawPeer.connected(hub).local());
            }
            get(hub.stop());

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(events)
                    .filteredOn(event -> event instanceof PeerEvent.Disconnected)
                    .extracting(PeerEvent::peer)
                    .containsExactlyInAnyOrderElementsOf(peers));
        }
    }

    @Test
    void disconnectsAskedForDuringAStopComplete() throws Exception {
        for (int round = 0; round < 2; round++) {
            PeerNode hub = nodes.start(n -> n.setIoThreads(4));
            List<NodeId> peers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                peers.add(RawPeer.connected(hub).local());
            }
            var disconnects = new ArrayList<CompletionStage<Void>>();
            var stop = hub.stop();
            for (NodeId peer : peers) {
                disconnects.add(hub.disconnect(peer));
            }

            get(stop);
            for (CompletionStage<Void> disconnect : disconnects) {
                get(disconnect);
            }
        }
    }

    @Test
    void afterAStopTheNodeSaysSoAndSendsNothing() throws Exception {
        PeerNode alice = nodes.start();
        PeerNode bob = nodes.start();
        get(alice.connect(addressOf(bob)));
        NodeId bobId = bob.nodeId();
        get(alice.stop());

        assertThat(alice.state().status()).isEqualTo(Status.STOPPED);
        assertThat(alice.listenAddress()).isNull();
        assertThat(get(alice.peers())).isEmpty();
        assertThat(failure(LightningException.class, alice.send(bobId, message("late"))))
                .isInstanceOf(NotConnectedException.class);
        get(alice.disconnect(bobId));
    }

    // what is left

    @Test
    void noThreadIsLeft() throws Exception {
        PeerNode alice = nodes.start();
        PeerNode bob = nodes.start();
        get(alice.connect(
                new PeerAddress(bob.nodeId(), "localhost", bob.listenAddress().getPort())));
        assertThat(ourThreads()).isNotEmpty();

        get(alice.stop());
        get(bob.stop());

        await().atMost(PATIENCE).until(() -> ourThreads().isEmpty());
    }

    private static List<String> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("lightning-"))
                .toList();
    }

    @Test
    void thePortIsFreeForTheNextStart() throws Exception {
        PeerNode node = nodes.start();
        int port = node.listenAddress().getPort();
        node.setListen("127.0.0.1:" + port);
        for (int i = 0; i < 3; i++) {
            RawPeer peer = RawPeer.connected(node);
            get(node.stop());
            get(node.start());
            peer.close();
        }

        RawPeer.connected(node).pingPong();
    }
}

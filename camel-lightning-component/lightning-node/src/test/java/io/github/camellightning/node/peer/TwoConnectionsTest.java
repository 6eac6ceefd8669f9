// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.addressOf;
import static io.github.camellightning.node.peer.PeerNodes.connectedTo;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static io.github.camellightning.node.peer.PeerNodes.message;
import static io.github.camellightning.node.peer.PeerNodes.secret;
import static io.github.camellightning.node.peer.PeerNodes.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.Peer.Direction;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.noise.NodeKey;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of two connections with one peer one stays, the same one at both ends. */
class TwoConnectionsTest {

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines log = PeerLogLines.ofOurs(Level.INFO);

    private final NodeKey smaller;
    private final NodeKey larger;
    private ServerSocket server;

    TwoConnectionsTest() {
        NodeKey one = RawPeer.newKey();
        NodeKey two = RawPeer.newKey();
        boolean ascending = one.nodeId().compareTo(two.nodeId()) < 0;
        smaller = ascending ? one : two;
        larger = ascending ? two : one;
    }

    @BeforeEach
    void listen() throws IOException {
        server = RawPeer.listen();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private PeerNode node(NodeKey key) throws Exception {
        return nodes.start(node -> {
            node.setPrivateKey(secret(key));
            node.getLimits().setHandshakesPerAddressBurst(1_000);
            node.getLimits().setMaxConnectionsPerAddress(1_000);
            node.getLimits().setLogIntervalMillis(1);
        });
    }

    private static RawPeer dialled(PeerNode node, NodeKey key) throws IOException {
        return RawPeer.connected(node, key);
    }

    /** The node dials the peer. */
    private RawPeer accepted(PeerNode node, NodeKey key) throws Exception {
        node.connect(new PeerAddress(key.nodeId(), "127.0.0.1", server.getLocalPort()));
        RawPeer peer = RawPeer.accept(server, key);
        peer.exchangeInit();
        peer.pingPong();
        return peer;
    }

    private static void assertGivesWay(RawPeer loser) throws IOException {
        assertThat(loser.awaitHangUp()).as("no reproach").isEmpty();
    }

    private static void assertStays(PeerNode node, RawPeer peer, Direction direction) throws Exception {
        get(node.send(peer.local(), message("to whom it may concern")));
        assertThat(text(peer.receive(ODD))).isEqualTo("to whom it may concern");
        peer.pingPong();
        assertThat(get(node.peers())).extracting(Peer::direction).containsExactly(direction);
    }

    // who stays

    @ParameterizedTest(name = "the node is {0}, {1} first")
    @CsvSource({"smaller, inbound", "smaller, outbound", "larger, inbound", "larger, outbound"})
    void ofTwoThatDialledEachOtherTheOneDialledByTheSmallerIdStays(String nodeIs, String first) throws Exception {
        boolean nodeIsSmaller = nodeIs.equals("smaller");
        PeerNode node = node(nodeIsSmaller ? smaller : larger);
        NodeKey peerKey = nodeIsSmaller ? larger : smaller;
        RawPeer inbound;
        RawPeer outbound;
        if (first.equals("inbound")) {
            // the dial has begun before the peer's arrives, or it would not take place
            var dial = node.connect(new PeerAddress(peerKey.nodeId(), "127.0.0.1", server.getLocalPort()));
            inbound = dialled(node, peerKey);
            outbound = RawPeer.accept(server, peerKey);
            outbound.exchangeInit();
            get(dial);
        } else {
            outbound = accepted(node, peerKey);
            inbound = dialled(node, peerKey);
        }

        assertGivesWay(nodeIsSmaller ? inbound : outbound);
        assertStays(node, nodeIsSmaller ? outbound : inbound, nodeIsSmaller ? Direction.OUTBOUND : Direction.INBOUND);
    }

    @Test
    void ofTwoInTheSameDirectionTheNewerStays() throws Exception {
        PeerNode node = node(smaller);
        RawPeer older = dialled(node, larger);
        RawPeer newer = dialled(node, larger);

        assertGivesWay(older);
        assertStays(node, newer, Direction.INBOUND);
    }

    @Test
    void ofTwoInOppositeDirectionsTheNewerStaysWhereTheOlderIsOldEnough() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.setPrivateKey(secret(smaller));
            n.getLimits().setSimultaneousMillis(1);
        });
        RawPeer older = accepted(node, larger);
        RawPeer newer = dialled(node, larger);

        assertGivesWay(older);
        assertStays(node, newer, Direction.INBOUND);
    }

    // what is told

    @Test
    void whoWatchesHearsThatTheOldOneWentAndThenOfTheNew() throws Exception {
        PeerNode node = node(smaller);
        List<String> told = toldBy(node);
        RawPeer older = dialled(node, larger);
        RawPeer newer = dialled(node, larger);
        assertGivesWay(older);
        older.close();
        newer.pingPong();
        assertThat(connectedTo(node)).containsExactly(larger.nodeId());
        newer.close();

        await().atMost(PATIENCE).until(() -> told.size() >= 4);
        assertThat(told)
                .containsExactly(
                        "connected, one peer",
                        "disconnected: a newer connection replaced it, one peer",
                        "connected, one peer",
                        "disconnected: the peer closed the connection, no peer");
    }

    @Test
    void whoWatchesHearsNothingOfOneThatGivesWayToThatWhichIsThere() throws Exception {
        PeerNode node = node(smaller);
        List<String> told = toldBy(node);
        RawPeer outbound = accepted(node, larger);
        RawPeer inbound = dialled(node, larger);
        assertGivesWay(inbound);
        inbound.close();
        outbound.close();

        await().atMost(PATIENCE).until(() -> told.size() >= 2);
        assertThat(told)
                .containsExactly("connected, one peer", "disconnected: the peer closed the connection, no peer");
    }

    @Test
    void whatComesOverTheNewOneIsHeardAfterTheChangeIsTold() throws Exception {
        PeerNode node = node(smaller);
        var helloHeard = new CompletableFuture<Void>();
        node.onPeerEvent(event -> {
            if (event instanceof PeerEvent.Disconnected) {
                // time for it to come first, if it could
                helloHeard
                        .copy()
                        .completeOnTimeout(null, 300, TimeUnit.MILLISECONDS)
                        .join();
            }
        });
        List<String> heard = toldBy(node);
        node.onMessage(MessageFilter.all(), message -> {
            heard.add(new String(message.message().payload(), UTF_8));
            helloHeard.complete(null);
            return CompletableFuture.completedFuture(null);
        });
        dialled(node, larger);
        RawPeer newer = RawPeer.dial(node, larger);
        newer.exchangeInit();
        newer.send(ODD, "hello".getBytes(UTF_8));

        await().atMost(PATIENCE).until(() -> heard.contains("hello"));
        assertThat(heard)
                .containsExactly(
                        "connected, one peer",
                        "disconnected: a newer connection replaced it, one peer",
                        "connected, one peer",
                        "hello");
    }

    /** What a listener is told, and how many peers there are at that moment. */
    private static List<String> toldBy(PeerNode node) {
        var told = new CopyOnWriteArrayList<String>();
        node.onPeerEvent(event -> {
            String what = event instanceof PeerEvent.Disconnected gone ? "disconnected: " + gone.reason() : "connected";
            told.add(what + (connectedTo(node).isEmpty() ? ", no peer" : ", one peer"));
        });
        return told;
    }

    // messages

    @Test
    void whatThePeerSentOnTheOneThatGoesIsStillDelivered() throws Exception {
        PeerNode node = node(smaller);
        var mailbox = new Mailbox();
        node.onMessage(MessageFilter.all(), mailbox);
        RawPeer older = dialled(node, larger);
        older.send(ODD, "first".getBytes());
        RawPeer newer = dialled(node, larger);
        older.send(ODD, "second".getBytes());

        assertThat(mailbox.awaitTexts(2)).containsExactly("first", "second");
        newer.pingPong();
    }

    @Test
    void messagesThatWaitForTheOneThatGoesAreSentOverTheOtherInOrder() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.setPrivateKey(secret(smaller));
            n.getLimits().setOutboundBytes(20_000_000);
        });
        // more than the systems between us take
        RawPeer older = dialled(node, larger);
        List<CompletableFuture<Void>> sends = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            byte[] payload = ByteBuffer.allocate(60_000).putInt(i).array();
            sends.add(
                    node.send(larger.nodeId(), new CustomMessage(ODD, payload)).toCompletableFuture());
        }
        assertThat(sends.get(249)).isNotDone();
        RawPeer newer = RawPeer.dial(node, larger);
        newer.send(16, "00000000");

        int first = ByteBuffer.wrap(newer.receive(ODD).payload()).getInt();
        for (int i = first + 1; i < 250; i++) {
            assertThat(ByteBuffer.wrap(newer.receive(ODD).payload()).getInt()).isEqualTo(i);
        }
        for (int i = 0; i < first; i++) {
            assertThat(ByteBuffer.wrap(older.receive(ODD).payload()).getInt()).isEqualTo(i);
        }
        for (CompletableFuture<Void> send : sends) {
            get(send);
        }
    }

    @Test
    void whoSendsAllTheTimeNoticesNothingOfTheChange() throws Exception {
        PeerNode node = node(smaller);
        RawPeer older = dialled(node, larger);
        var done = new AtomicBoolean();
        List<CompletableFuture<Void>> sends = new ArrayList<>();
        var sender = new Thread(() -> {
            for (int i = 0; !done.get() && i < 200_000; i++) {
                byte[] payload = ByteBuffer.allocate(4).putInt(i).array();
                sends.add(node.send(larger.nodeId(), new CustomMessage(ODD, payload))
                        .toCompletableFuture());
            }
        });
        sender.start();
        RawPeer newer = RawPeer.dial(node, larger);
        newer.send(16, "00000000");
        int before = -1;
        for (int i = 0; i < 5_000; i++) {
            int number = ByteBuffer.wrap(newer.receive(ODD).payload()).getInt();
            assertThat(number).isGreaterThan(before);
            before = number;
        }
        done.set(true);
        sender.join();

        assertThat(sends.subList(0, before)).noneMatch(CompletableFuture::isCompletedExceptionally);
        older.close();
    }

    // two nodes

    @Test
    void twoThatDialEachOtherAtTheSameMomentEndUpWithOneConnectionAndLoseNothing() throws Exception {
        PeerNode alice = node(smaller);
        PeerNode bob = node(larger);
        var atAlice = new Mailbox();
        var atBob = new Mailbox();
        alice.onMessage(MessageFilter.all(), atAlice);
        bob.onMessage(MessageFilter.all(), atBob);
        for (int round = 1; round <= 50; round++) {
            var dials = List.of(
                    CompletableFuture.supplyAsync(() -> alice.connect(addressOf(bob))),
                    CompletableFuture.supplyAsync(() -> bob.connect(addressOf(alice))));
            for (var dial : dials) {
                get(get(dial));
            }
            for (int i = 0; i < 10; i++) {
                get(alice.send(bob.nodeId(), message("round " + round + " number " + i)));
                get(bob.send(alice.nodeId(), message("round " + round + " number " + i)));
            }
            atAlice.await(10 * round);
            atBob.await(10 * round);
            await("both agree")
                    .atMost(PATIENCE)
                    .until(() -> direction(alice) != direction(bob) && direction(alice) != null);

            get(alice.disconnect(bob.nodeId()));
            PeerNodes.awaitDisconnected(alice, bob.nodeId());
            PeerNodes.awaitDisconnected(bob, alice.nodeId());
        }

        List<String> all = IntStream.rangeClosed(1, 50)
                .boxed()
                .flatMap(round -> IntStream.range(0, 10).mapToObj(i -> "round " + round + " number " + i))
                .toList();
        assertThat(log.linesWith(": connected"))
                .as("connections, of which some were two at a time")
                .hasSizeGreaterThan(2 * 50 + 10);
        assertThat(atAlice.awaitTexts(500)).containsExactlyInAnyOrderElementsOf(all);
        assertThat(atBob.awaitTexts(500)).containsExactlyInAnyOrderElementsOf(all);
    }

    private static Direction direction(PeerNode node) {
        List<Peer> peers = node.peers().toCompletableFuture().join();
        return peers.isEmpty() ? null : peers.get(0).direction();
    }
}

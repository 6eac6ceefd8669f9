// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.noise.NodeKey;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A listener that is slow holds the messages of that peer, for a time, and nothing else. */
class BackPressureTest {

    private static final int PING = 18;
    private static final long LONG = 60_000;

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines log = PeerLogLines.ofOurs(Level.WARN);

    private final Mailbox mailbox = Mailbox.holding();

    /** One message is with the listener, as many as are allowed wait, and reading stops with the last of them. */
    private PeerNode node(int inboundMessages, long stallMillis, long pingMillis) throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setInboundMessages(inboundMessages);
            n.getLimits().setInboundStallMillis(stallMillis);
            n.getLimits().setInboundStallPingMillis(pingMillis);
        });
        node.onMessage(MessageFilter.all(), mailbox);
        return node;
    }

    private static void sendNumbered(RawPeer peer, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            peer.send(ODD, ("number " + i).getBytes());
        }
    }

    private static List<String> numbered(int to) {
        return IntStream.range(0, to).mapToObj(i -> "number " + i).toList();
    }

    // control messages

    @Test
    void pingsAreAnsweredWhileMessagesOfThatPeerWait() throws Exception {
        RawPeer peer = RawPeer.connected(node(10, LONG, LONG));
        sendNumbered(peer, 0, 10);

        peer.pingPong();
        peer.send(33, new byte[32]);
        assertThat(peer.receive(1).type()).isEqualTo(1);
        assertThat(mailbox.count()).isEqualTo(1);
    }

    @Test
    void otherPeersGoOn() throws Exception {
        PeerNode node = node(10, LONG, LONG);
        RawPeer held = RawPeer.connected(node);
        RawPeer other = RawPeer.connected(node);
        var mailboxOfOther = new Mailbox();
        node.onMessage(MessageFilter.all().from(other.local()), mailboxOfOther);
        sendNumbered(held, 0, 50);
        mailbox.await(1);
        mailbox.release();
        var again = Mailbox.holding();
        node.onMessage(MessageFilter.all().from(held.local()), again);
        sendNumbered(held, 50, 100);
        again.await(1);

        sendNumbered(other, 0, 1_000);

        assertThat(mailboxOfOther.awaitTexts(1_000)).isEqualTo(numbered(1_000));
        assertThat(again.count()).isEqualTo(1);
    }

    // stopped

    @Test
    void whenTooManyMessagesWaitReadingStopsAndPingsGoOutMeanwhile() throws Exception {
        RawPeer peer = RawPeer.connected(node(10, LONG, 30));
        sendNumbered(peer, 0, 11);

        for (int i = 0; i < 3; i++) {
            assertThat(peer.receive().type()).isEqualTo(PING);
        }
        // of what comes now nothing is read, pings either
        peer.send(PING, "00010000");
        for (int i = 0; i < 3; i++) {
            assertThat(peer.receive().type()).isEqualTo(PING);
        }
    }

    @Test
    void whenTooManyBytesWaitReadingStopsToo() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setInboundBytes(100_000);
            n.getLimits().setInboundStallPingMillis(30);
        });
        node.onMessage(MessageFilter.all(), mailbox);
        RawPeer peer = RawPeer.connected(node);
        for (int i = 0; i < 3; i++) {
            peer.send(ODD, new byte[50_000]);
        }

        assertThat(peer.receive().type()).isEqualTo(PING);
    }

    @Test
    void aPeerThatIsNotReadFromCannotPushMoreIntoOurMemory() throws Exception {
        RawPeer peer = RawPeer.connected(node(10, LONG, LONG));
        sendNumbered(peer, 0, 11);
        var filling = new CompletableFuture<Void>();
        var sender = new Thread(() -> {
            try {
                // more than systems keep for a connection
                for (int i = 0; i < 1_000; i++) {
                    peer.send(ODD, new byte[65_000]);
                }
                filling.complete(null);
            } catch (IOException closed) {
                filling.completeExceptionally(closed);
            }
        });
        sender.start();

        await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(() -> !filling.isDone());
        mailbox.release();
        filling.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        mailbox.await(1_011);
    }

    @Test
    void releasedInTimeItGoesOnWithNothingLostAndTheOrderKept() throws Exception {
        PeerNode node = node(10, LONG, 30);
        RawPeer peer = RawPeer.connected(node);
        sendNumbered(peer, 0, 1_000);
        assertThat(peer.receive().type()).isEqualTo(PING);

        mailbox.release();

        assertThat(mailbox.awaitTexts(1_000)).isEqualTo(numbered(1_000));
        peer.send(PING, "00010000");
        peer.receive(19);
    }

    @Test
    void itMayStopAndGoOnAsOftenAsItLikes() throws Exception {
        PeerNode node = nodes.start(n -> n.getLimits().setInboundMessages(4));
        var handled = new AtomicInteger();
        var texts = new CopyOnWriteArrayList<String>();
        var pool = Executors.newSingleThreadExecutor();
        node.onMessage(
                MessageFilter.all(),
                message -> CompletableFuture.runAsync(
                        () -> {
                            texts.add(PeerNodes.text(message.message()));
                            handled.incrementAndGet();
                        },
                        pool));
        RawPeer peer = RawPeer.connected(node);
        sendNumbered(peer, 0, 5_000);

        await().atMost(PATIENCE).until(() -> handled.get() == 5_000);
        assertThat(texts).isEqualTo(numbered(5_000));
        pool.shutdown();
    }

    @Test
    void aFrameThatWeDoNotReadToItsEndIsNotThePeersFault() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setInboundMessages(2);
            n.getLimits().setFrameTimeoutMillis(60);
            n.getLimits().setDeadAfterMillis(60);
            n.getLimits().setInboundStallPingMillis(20);
        });
        node.onMessage(MessageFilter.all(), mailbox);
        RawPeer peer = RawPeer.connected(node);
        sendNumbered(peer, 0, 3);
        byte[] frame = peer.frame(new byte[] {(byte) (ODD >> 8), (byte) ODD, 'x'});
        peer.sendBytes(Arrays.copyOf(frame, 10));
        for (int i = 0; i < 10; i++) {
            assertThat(peer.receive().type()).isEqualTo(PING);
        }
        mailbox.release();
        peer.sendBytes(Arrays.copyOfRange(frame, 10, frame.length));

        mailbox.await(4);
        assertThat(log.lines()).isEmpty();
    }

    // too long

    @Test
    void stoppedForTooLongThePeerIsDisconnectedWithAWarning() throws Exception {
        PeerNode node = node(10, 200, 50);
        RawPeer peer = RawPeer.connected(node);
        sendNumbered(peer, 0, 50);

        assertThat(peer.awaitHangUp()).get().asString().contains("wait too long");
        PeerNodes.awaitDisconnected(node, peer.local());
        assertThat(log.linesWith("wait too long")).hasSize(1);
    }

    @Test
    void whatWasReadBeforeADisconnectIsStillDelivered() throws Exception {
        PeerNode node = node(10, LONG, LONG);
        RawPeer peer = RawPeer.connected(node);
        sendNumbered(peer, 0, 5);
        peer.pingPong();
        peer.close();
        PeerNodes.awaitDisconnected(node, peer.local());

        mailbox.release();

        assertThat(mailbox.awaitTexts(5)).isEqualTo(numbered(5));
    }

    @Test
    void whatWasSentBeforeAnOrderlyCloseIsDeliveredAlthoughItHadToWait() throws Exception {
        PeerNode node = node(10, LONG, LONG);
        RawPeer peer = RawPeer.connected(node);
        sendNumbered(peer, 0, 100);
        peer.socket().shutdownOutput();

        mailbox.release();

        assertThat(mailbox.awaitTexts(100)).isEqualTo(numbered(100));
        PeerNodes.awaitDisconnected(node, peer.local());
    }

    // once more

    @Test
    void aPeerThatReconnectsGetsNoSecondAllowance() throws Exception {
        PeerNode node = node(10, LONG, 30);
        NodeKey key = RawPeer.newKey();
        RawPeer first = RawPeer.connected(node, key);
        sendNumbered(first, 0, 11);
        assertThat(first.receive().type()).isEqualTo(PING);

        // a ping out of turn tells that it is not read from, whatever it sends
        RawPeer second = RawPeer.dial(node, key);
        second.exchangeInit();
        assertThat(second.receive().type()).isEqualTo(PING);
        first.close();
        second.close();
        mailbox.release();

        assertThat(mailbox.awaitTexts(11)).isEqualTo(numbered(11));
    }

    @Test
    void aPeerThatReconnectsWhileItIsHeldIsReadFromOnceTheListenerIsDone() throws Exception {
        PeerNode node = node(10, LONG, 30);
        NodeKey key = RawPeer.newKey();
        RawPeer first = RawPeer.connected(node, key);
        sendNumbered(first, 0, 11);
        assertThat(first.receive().type()).isEqualTo(PING);
        RawPeer second = RawPeer.dial(node, key);
        second.exchangeInit();
        sendNumbered(second, 11, 30);
        assertThat(second.receive().type()).isEqualTo(PING);
        first.close();

        mailbox.release();

        assertThat(mailbox.awaitTexts(30)).isEqualTo(numbered(30));
        second.send(PING, "00010000");
        second.receive(19);
    }

    @Test
    void twoConnectionsOfOnePeerThatBothHaveToWaitBothGoOn() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setInboundMessages(10);
            n.getLimits().setInboundStallPingMillis(30);
            // the older one has some time left when the newer one is there
            n.getLimits().setStopTimeoutMillis(20_000);
        });
        node.onMessage(MessageFilter.all(), mailbox);
        NodeKey key = RawPeer.newKey();
        RawPeer older = RawPeer.connected(node, key);
        sendNumbered(older, 0, 20);
        assertThat(older.receive().type()).isEqualTo(PING);
        RawPeer newer = RawPeer.dial(node, key);
        newer.exchangeInit();
        sendNumbered(newer, 20, 40);
        assertThat(newer.receive().type()).isEqualTo(PING);

        mailbox.release();

        assertThat(mailbox.awaitTexts(40)).containsExactlyInAnyOrderElementsOf(numbered(40));
        older.close();
        newer.close();
    }

    // afterwards

    @Test
    void whatWasReadBeforeTheNodeStoppedIsStillDelivered() throws Exception {
        PeerNode node = node(10, LONG, 30);
        RawPeer peer = RawPeer.connected(node);
        sendNumbered(peer, 0, 20);
        assertThat(peer.receive().type()).isEqualTo(PING);
        peer.close();
        PeerNodes.get(node.stop());

        mailbox.release();

        assertThat(mailbox.awaitTexts(11)).isEqualTo(numbered(11));
    }

    @Test
    void nothingIsKeptOfPeersThatAreGone() throws Exception {
        PeerNode node = node(10, LONG, LONG);
        for (int i = 0; i < 5; i++) {
            RawPeer neverReady = RawPeer.dial(node, RawPeer.newKey());
            neverReady.receive(16);
            neverReady.close();
            RawPeer goesWhileItsMessagesWait = RawPeer.connected(node);
            sendNumbered(goesWhileItsMessagesWait, 0, 3);
            goesWhileItsMessagesWait.pingPong();
            goesWhileItsMessagesWait.close();
        }
        await().atMost(PATIENCE).until(() -> node.rememberedPeers() == 5);

        mailbox.release();

        await().atMost(PATIENCE).until(() -> node.rememberedPeers() == 0);
        assertThat(mailbox.count()).isEqualTo(15);
    }

    @Test
    void aListenerThatFailsWithAnErrorDoesNotBlockThePeer() throws Exception {
        PeerNode node = nodes.start();
        var heard = new Mailbox();
        node.onMessage(MessageFilter.all(), message -> {
            throw new AssertionError("a bug");
        });
        node.onMessage(MessageFilter.all(), heard);
        RawPeer peer = RawPeer.connected(node);
        sendNumbered(peer, 0, 10);

        assertThat(heard.awaitTexts(10)).isEqualTo(numbered(10));
        peer.pingPong();
    }

    @Test
    void whoHangsUpWhileItIsNotReadFromIsNoticedOnceItIs() throws Exception {
        PeerNode node = node(2, LONG, LONG);
        RawPeer peer = RawPeer.connected(node);
        sendNumbered(peer, 0, 20);
        peer.socket().shutdownOutput();
        mailbox.release();

        mailbox.await(20);
        assertThat(catchEof(peer)).isTrue();
    }

    private static boolean catchEof(RawPeer peer) throws IOException {
        try {
            while (true) {
                peer.receive();
            }
        } catch (EOFException hungUp) {
            return true;
        }
    }
}

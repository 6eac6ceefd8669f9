// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.failure;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of messages for a peer that takes them slowly, or not at all. */
class SlowReaderTest {

    private static final int SIZE = 60_000;
    private static final int OUTBOUND_BYTES = 300_000;

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines log = PeerLogLines.ofOurs(Level.WARN);

    private final List<CompletableFuture<Void>> sends = new ArrayList<>();

    private PeerNode node(PeerNode.WhenFull whenFull) throws Exception {
        return nodes.start(node -> {
            node.setWhenOutboundFull(whenFull);
            node.getLimits().setOutboundBytes(OUTBOUND_BYTES);
            node.getLimits().setOutboundWaiting(5);
        });
    }

    private static CustomMessage numbered(int number) {
        return new CustomMessage(ODD, ByteBuffer.allocate(SIZE).putInt(number).array());
    }

    private static int number(CustomMessage message) {
        return ByteBuffer.wrap(message.payload()).getInt();
    }

    /** Sends until a send fails at once. */
    private LightningException fill(PeerNode node, RawPeer peer) {
        while (sends.size() < 10_000) {
            var send = node.send(peer.local(), numbered(sends.size())).toCompletableFuture();
            if (send.isCompletedExceptionally()) {
                return failure(LightningException.class, send);
            }
            sends.add(send);
        }
        throw new AssertionError("10,000 messages were taken and nobody read them");
    }

    private Stream<CompletableFuture<Void>> waiting() {
        return sends.stream().filter(send -> !send.isDone());
    }

    /** The queue is as full as it gets, although the socket takes some now and then. */
    private LightningException fillForGood(PeerNode node, RawPeer peer) {
        var refusal = new AtomicReference<LightningException>();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .during(Duration.ofMillis(100))
                .until(() -> {
                    int before = sends.size();
                    refusal.set(fill(node, peer));
                    return sends.size() == before;
                });
        return refusal.get();
    }

    // FAIL

    @Test
    void aFullQueueFailsASendWhichMayBeRetried() throws Exception {
        PeerNode node = node(PeerNode.WhenFull.FAIL);
        RawPeer peer = RawPeer.slowReader(node);

        LightningException refusal = fillForGood(node, peer);

        assertThat(refusal)
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining(peer.local().hex())
                .hasMessageContaining("outboundBytes=" + OUTBOUND_BYTES);
        assertThat(refusal.isRetryable()).isTrue();
        assertThat(waiting().count() * SIZE).isLessThanOrEqualTo(OUTBOUND_BYTES + SIZE);
    }

    @Test
    void whenThePeerReadsAgainAllThatWasTakenArrivesInOrderAndSendingGoesOn() throws Exception {
        PeerNode node = node(PeerNode.WhenFull.FAIL);
        RawPeer peer = RawPeer.slowReader(node);
        fillForGood(node, peer);

        for (int i = 0; i < sends.size(); i++) {
            assertThat(number(peer.receive(ODD))).isEqualTo(i);
        }
        for (CompletableFuture<Void> send : sends) {
            get(send);
        }
        get(node.send(peer.local(), numbered(-7)));
        assertThat(number(peer.receive(ODD))).isEqualTo(-7);
    }

    @Test
    void otherPeersAreSentToMeanwhile() throws Exception {
        PeerNode node = node(PeerNode.WhenFull.FAIL);
        RawPeer slow = RawPeer.slowReader(node);
        fillForGood(node, slow);
        RawPeer other = RawPeer.connected(node);

        for (int i = 0; i < 100; i++) {
            get(node.send(other.local(), numbered(i)));
            assertThat(number(other.receive(ODD))).isEqualTo(i);
        }
    }

    // WAIT

    @Test
    void whereAFullQueueMeansWaitingASendCompletesOnceItWasWritten() throws Exception {
        PeerNode node = node(PeerNode.WhenFull.WAIT);
        RawPeer peer = RawPeer.slowReader(node);
        fillForGood(node, peer);
        var last = sends.get(sends.size() - 1);
        assertThat(last).isNotDone();

        for (int i = 0; i < sends.size(); i++) {
            assertThat(number(peer.receive(ODD))).isEqualTo(i);
        }
        get(last);
    }

    @Test
    void onlySoManyMessagesMayWaitBeyondTheBytes() throws Exception {
        PeerNode node = node(PeerNode.WhenFull.WAIT);
        RawPeer peer = RawPeer.slowReader(node);

        LightningException refusal = fillForGood(node, peer);

        assertThat(refusal).isInstanceOf(QueueFullException.class).hasMessageContaining("outboundWaiting=5");
        assertThat(waiting().count() * SIZE).isLessThanOrEqualTo(OUTBOUND_BYTES + SIZE + 5 * SIZE);
        assertThat(waiting().count() * SIZE).isGreaterThanOrEqualTo(OUTBOUND_BYTES);
    }

    // too long

    @Test
    void whoTakesNothingIsDisconnectedAndEverySendSaysWhatBecameOfIt() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setOutboundBytes(2_000_000);
            n.getLimits().setOutboundStallMillis(200);
        });
        RawPeer peer = RawPeer.slowReader(node);
        fillForGood(node, peer);

        PeerNodes.awaitDisconnected(node, peer.local());
        await().atMost(PATIENCE).until(() -> waiting().findAny().isEmpty());
        assertThat(log.linesWith("takes nothing of what waits")).hasSize(1);
        List<LightningException> failures = sends.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .map(send -> failure(LightningException.class, send))
                .toList();
        assertThat(failures).hasAtLeastOneElementOfType(OutcomeUnknownException.class);
        assertThat(failures).hasAtLeastOneElementOfType(NotConnectedException.class);
        assertThat(failures).allSatisfy(failure -> assertThat(failure.isRetryable())
                .isEqualTo(failure instanceof NotConnectedException));
        // those that may be retried are the last ones, which nothing was written of
        int firstRetryable = failures.indexOf(failures.stream()
                .filter(LightningException::isRetryable)
                .findFirst()
                .orElseThrow());
        assertThat(failures.subList(firstRetryable, failures.size())).allMatch(LightningException::isRetryable);
    }

    @Test
    void whoOnlyPingsAndNeverReadsIsDisconnectedToo() throws Exception {
        PeerNode node = nodes.start(n -> {
            n.getLimits().setPongBurst(10_000);
            n.getLimits().setOutboundStallMillis(200);
        });
        RawPeer peer = RawPeer.connected(node);
        var pinging = new Thread(() -> {
            try {
                while (true) {
                    peer.send(18, "fffb0000");
                }
            } catch (IOException hungUp) {
                // as it should
            }
        });
        pinging.start();

        PeerNodes.awaitDisconnected(node, peer.local());
        pinging.join(PATIENCE.toMillis());
        assertThat(pinging.isAlive()).isFalse();
    }

    @Test
    void whoReadsNothingButHasNothingToReadStays() throws Exception {
        PeerNode node = nodes.start(n -> n.getLimits().setOutboundStallMillis(100));
        RawPeer quiet = RawPeer.connected(node);
        RawPeer slow = RawPeer.slowReader(node);
        fillForGood(node, slow);

        PeerNodes.awaitDisconnected(node, slow.local());
        quiet.pingPong();
    }
}

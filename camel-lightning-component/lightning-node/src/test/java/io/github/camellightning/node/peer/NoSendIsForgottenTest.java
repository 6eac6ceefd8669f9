// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.failure;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.noise.NodeKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Whenever and however a connection ends: every send learns what became of it, and what it learns is true. */
class NoSendIsForgottenTest {

    enum End {
        PEER_CLOSES,
        PEER_RESETS,
        PEER_BREAKS_A_RULE,
        PEER_RECONNECTS,
        NODE_DISCONNECTS,
        NODE_STOPS
    }

    /** Reads until the end, and keeps what it read. */
    private static final class Reader extends Thread {
        private final RawPeer peer;
        private final List<Integer> numbers;

        private Reader(RawPeer peer, List<Integer> numbers) {
            this.peer = peer;
            this.numbers = numbers;
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            try (peer) {
                while (true) {
                    numbers.add(ByteBuffer.wrap(peer.receive(ODD).payload()).getInt());
                }
            } catch (IOException over) {
                // that is how it ends
            }
        }
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void everySendCompletesAndTellsTheTruth(
            @ForAll End end,
            @ForAll @IntRange(max = 300) int sentBefore,
            @ForAll @IntRange(min = 1, max = 300) int sentAfter,
            @ForAll @IntRange(min = 4, max = 20_000) int size)
            throws Exception {
        var node = new PeerNode();
        node.setListen("127.0.0.1:0");
        node.getLimits().setStopTimeoutMillis(2_000);
        get(node.start());
        NodeKey key = RawPeer.newKey();
        RawPeer peer = RawPeer.connected(node, key);
        List<Integer> received = new CopyOnWriteArrayList<>();
        List<Reader> readers = new ArrayList<>(List.of(new Reader(peer, received)));
        List<CompletableFuture<Void>> sends = new ArrayList<>();

        send(node, key, sends, sentBefore, size);
        var ending = CompletableFuture.runAsync(() -> {
            try {
                end(end, node, peer, key, received, readers);
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        send(node, key, sends, sentAfter, size);
        get(ending);
        get(node.stop());

        await().atMost(PATIENCE).until(() -> sends.stream().allMatch(CompletableFuture::isDone));
        for (Reader reader : List.copyOf(readers)) {
            reader.join(PATIENCE.toMillis());
        }
        assertThat(received).as("nothing arrives twice").doesNotHaveDuplicates();
        for (int i = 0; i < sends.size(); i++) {
            check(end, sends.get(i), received.contains(i));
        }
    }

    private static void send(PeerNode node, NodeKey to, List<CompletableFuture<Void>> sends, int count, int size) {
        for (int i = 0; i < count; i++) {
            byte[] payload = ByteBuffer.allocate(size).putInt(sends.size()).array();
            sends.add(node.send(to.nodeId(), new CustomMessage(ODD, payload)).toCompletableFuture());
        }
    }

    private static void end(
            End end, PeerNode node, RawPeer peer, NodeKey key, List<Integer> received, List<Reader> readers)
            throws Exception {
        switch (end) {
            case PEER_CLOSES -> peer.close();
            case PEER_RESETS -> {
                peer.socket().setSoLinger(true, 0);
                peer.close();
            }
            case PEER_BREAKS_A_RULE -> peer.send(18, "");
            case PEER_RECONNECTS -> {
                RawPeer again = RawPeer.dial(node, key);
                again.exchangeInit();
                readers.add(new Reader(again, received));
            }
            case NODE_DISCONNECTS -> get(node.disconnect(key.nodeId()));
            case NODE_STOPS -> get(node.stop());
        }
    }

    private static void check(End end, CompletableFuture<Void> send, boolean received) {
        boolean orderly = end == End.NODE_DISCONNECTS || end == End.NODE_STOPS || end == End.PEER_RECONNECTS;
        if (!send.isCompletedExceptionally()) {
            assertThat(received || !orderly).as("what was sent arrived").isTrue();
            return;
        }
        LightningException failure = failure(LightningException.class, send);
        assertThat(failure)
                .isInstanceOfAny(NotConnectedException.class, OutcomeUnknownException.class, QueueFullException.class);
        assertThat(failure.isRetryable() && received)
                .as("what may be sent again did not arrive")
                .isFalse();
    }
}

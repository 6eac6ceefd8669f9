// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static io.github.camellightning.node.peer.PeerNodes.addressOf;
import static io.github.camellightning.node.peer.PeerNodes.awaitConnected;
import static io.github.camellightning.node.peer.PeerNodes.connectedTo;
import static io.github.camellightning.node.peer.PeerNodes.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two nodes that answer each message with one as large: reading never waits for writing. */
class EchoTest {

    /** So that together they are more than buffers and inboxes hold. */
    private static final int SEEDS = 300;

    private static final int SIZE = 60_000;

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    @RegisterExtension
    final PeerLogLines log = PeerLogLines.ofOurs(Level.WARN);

    private PeerNode alice;
    private PeerNode bob;

    @BeforeEach
    void connect() throws Exception {
        alice = node();
        bob = node();
        get(alice.connect(addressOf(bob)));
        awaitConnected(bob, alice.nodeId());
    }

    private PeerNode node() throws Exception {
        return nodes.start(node -> {
            node.setWhenOutboundFull(PeerNode.WhenFull.WAIT);
            node.getLimits().setInboundStallMillis(1_000);
        });
    }

    private static CustomMessage message(int seed, int hops) {
        return new CustomMessage(
                ODD, ByteBuffer.allocate(SIZE).putInt(seed).putInt(hops).array());
    }

    @Test
    void twoThatEchoWithoutWaitingForTheirAnswersNeverDeadLock() {
        int hops = 3;
        Set<Integer> home = ConcurrentHashMap.newKeySet();
        var received = new AtomicInteger();
        for (PeerNode node : List.of(alice, bob)) {
            node.onMessage(MessageFilter.all(), message -> {
                ByteBuffer payload = ByteBuffer.wrap(message.message().payload());
                int seed = payload.getInt();
                int left = payload.getInt();
                received.incrementAndGet();
                if (left > 0) {
                    node.send(message.peer(), message(seed, left - 1));
                } else {
                    home.add(seed);
                }
                return CompletableFuture.completedFuture(null);
            });
        }
        seed(alice, bob.nodeId(), 0, hops);
        seed(bob, alice.nodeId(), SEEDS, hops);

        await().atMost(PATIENCE.multipliedBy(3)).until(() -> home.size() == 2 * SEEDS);
        assertThat(received).hasValue(2 * SEEDS * (hops + 1));
        assertThat(log.lines()).isEmpty();
    }

    private static void seed(PeerNode node, NodeId to, int from, int hops) {
        for (int i = from; i < from + SEEDS; i++) {
            node.send(to, message(i, hops));
        }
    }

    /** Each takes nothing until its answer is written: what no node can undo ends after the time of a stall, not never. */
    @Test
    void twoThatWaitForTheirAnswersAreSeparatedRatherThanStuck() throws Exception {
        for (PeerNode node : List.of(alice, bob)) {
            node.onMessage(MessageFilter.all(), message -> node.send(message.peer(), message.message()));
        }
        List<CompletableFuture<Void>> sends = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            for (int i = 0; i < 50; i++) {
                sends.add(alice.send(bob.nodeId(), message(i, 0)).toCompletableFuture());
                sends.add(bob.send(alice.nodeId(), message(i, 0)).toCompletableFuture());
            }
            return connectedTo(alice).isEmpty();
        });

        log.await(lines -> lines.stream().anyMatch(line -> line.contains("wait too long")));
        await().atMost(PATIENCE).until(() -> sends.stream().allMatch(CompletableFuture::isDone));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.noise.Initiator;
import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.node.noise.Responder;
import io.github.camellightning.node.peer.PeerLimits;
import io.github.camellightning.node.peer.PeerNode;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/** What a peer costs that does nothing, and how fast peers can come; they live in another process. */
final class Idle {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int HANDSHAKES = 500;

    private final int peers;
    private final SecureRandom random = new SecureRandom();

    Idle(int peers) {
        this.peers = peers;
    }

    Map<String, String> measure() throws Exception {
        var values = new LinkedHashMap<String, String>();
        var node = new PeerNode();
        raise(node.getLimits());
        node.setListen("127.0.0.1:0");
        NodePair.await(node.start());
        try (var clients =
                IdleClients.Remote.start(node.nodeId(), NodePair.addressOf(node).port())) {
            // all code loaded and compiled, all pools as large as they get
            reach(node, clients, peers / 2);
            reach(node, clients, 0);
            long before = usedHeap();
            double perSecond = peers / reach(node, clients, peers);
            long after = usedHeap();

            values.put("idle peers", format("%,d", peers));
            values.put("heap for each", format("%.1f KiB", (after - before) / 1024.0 / peers));
            values.put("direct memory in all, of the whole node", format("%.1f MiB", directMemory() / 1024.0 / 1024));
            values.put("handshakes accepted, the dialling process beside it", format("%,.0f/s", perSecond));
        } finally {
            NodePair.await(node.stop());
        }
        values.put("handshakes, one thread doing nothing else", format("%,.0f/s", 1 / responderSeconds()));
        values.put("multiplications of a point, one thread", format("%,.0f/s", 1 / multiplicationSeconds()));
        return values;
    }

    private void raise(PeerLimits limits) {
        int beyond = 2 * peers + 1_000;
        limits.setMaxConnections(beyond);
        limits.setMaxUnlistedConnections(beyond);
        limits.setMaxConnectionsPerAddress(beyond);
        limits.setMaxPendingHandshakes(beyond);
        limits.setHandshakesPerSecond(beyond);
        limits.setHandshakesPerAddressPerSecond(beyond);
        limits.setHandshakesPerAddressBurst(beyond);
    }

    /** Returns the seconds it took. */
    private static double reach(PeerNode node, IdleClients.Remote clients, int count) throws Exception {
        long began = System.nanoTime();
        clients.become(count);
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .until(() -> {
                    if (!clients.isAlive()) {
                        throw new IllegalStateException("the process of the peers ended");
                    }
                    return node.peers().toCompletableFuture().join().size() == count;
                });
        return (System.nanoTime() - began) / 1e9;
    }

    /** After as many collections as still free something. */
    static long usedHeap() {
        long used = Long.MAX_VALUE;
        for (long now = collected(); now < used; now = collected()) {
            used = now;
        }
        return used;
    }

    private static long collected() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** What the side that is dialled computes for a handshake: the limit of a node, whose handshakes share one thread. */
    private double responderSeconds() {
        var key = NodeKey.generate(random);
        var seconds = new ArrayList<Double>();
        for (int i = 0; i < HANDSHAKES; i++) {
            var initiator = new Initiator(NodeKey.generate(random), key.nodeId(), random);
            byte[] actOne = initiator.actOne();
            long began = System.nanoTime();
            var responder = new Responder(key, random);
            byte[] actTwo = responder.actOne(actOne);
            long untilActTwo = System.nanoTime() - began;
            byte[] actThree = initiator.actTwo(actTwo).actThree();
            began = System.nanoTime();
            responder.actThree(actThree);
            seconds.add((untilActTwo + System.nanoTime() - began) / 1e9);
        }
        return median(seconds);
    }

    private double multiplicationSeconds() {
        var curve = CustomNamedCurves.getByName("secp256k1");
        Supplier<BigInteger> scalar = () -> new BigInteger(curve.getN().bitLength() - 1, random);
        var point = curve.getG().multiply(scalar.get()).normalize();
        return median(LongStream.range(0, 4 * HANDSHAKES)
                .mapToObj(i -> {
                    var next = scalar.get();
                    long began = System.nanoTime();
                    point.multiply(next).normalize();
                    return (System.nanoTime() - began) / 1e9;
                })
                .toList());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static String format(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}

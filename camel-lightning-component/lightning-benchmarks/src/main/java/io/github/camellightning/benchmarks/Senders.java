// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import io.github.camellightning.testkit.lightningd.SimulatedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Peers of a daemon that send to it, taking turns, faster than it takes. */
interface Senders extends AutoCloseable {

    /** Sends so many messages in all, the same number by each of the first so many senders. */
    void send(int senders, int messages, byte[] payload);

    @Override
    void close();

    /** Peers over TCP. */
    final class Peers implements Senders {

        private static final int BURST = 64;
        private static final CompletionStage<Void> NOTHING = CompletableFuture.completedFuture(null);

        private final List<PeerNode> nodes = new ArrayList<>();
        private final NodeId receiver;

        Peers(Lightningd daemon, int count) {
            this.receiver = daemon.nodeId();
            for (int i = 0; i < count; i++) {
                var node = new PeerNode();
                node.setIoThreads(1);
                NodePair.await(node.start());
                NodePair.await(node.connect(daemon.address()));
                nodes.add(node);
            }
        }

        @Override
        public void send(int senders, int messages, byte[] payload) {
            var last = new ArrayList<CompletionStage<Void>>();
            nodes.forEach(node -> last.add(NOTHING));
            for (int sent = 0; sent < messages; sent += BURST * senders) {
                int burst = Math.min(BURST, (messages - sent) / senders);
                for (int sender = 0; sender < senders; sender++) {
                    CompletionStage<Void> beforeLast = last.get(sender);
                    for (int i = 0; i < burst; i++) {
                        last.set(sender, NodePair.send(nodes.get(sender), receiver, payload));
                    }
                    NodePair.await(beforeLast);
                }
            }
        }

        @Override
        public void close() {
            nodes.forEach(node -> NodePair.await(node.stop()));
        }
    }

    /** Simulated nodes, since the simulated network has no others. */
    final class Simulated implements Senders {

        private final List<SimulatedLightningd> nodes = new ArrayList<>();
        private final SimulatedLightningd receiver;

        Simulated(SimulatedNetwork network, SimulatedLightningd receiver, int count) {
            this.receiver = receiver;
            for (int i = 0; i < count; i++) {
                var node = network.start("sender-" + i);
                node.connectTo(receiver);
                nodes.add(node);
            }
        }

        @Override
        public void send(int senders, int messages, byte[] payload) {
            for (int sent = 0; sent + senders <= messages; sent += senders) {
                nodes.subList(0, senders).forEach(node -> node.send(receiver, NodePair.TYPE, payload));
            }
        }

        @Override
        public void close() {
            nodes.forEach(SimulatedLightningd::stop);
        }
    }
}

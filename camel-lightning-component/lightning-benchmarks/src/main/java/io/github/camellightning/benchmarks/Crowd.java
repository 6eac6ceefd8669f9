// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.peer.PeerNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Eight peers that send to one node, taking turns. */
final class Crowd implements AutoCloseable {

    static final int PEERS = 8;

    private static final int BURST = 256;
    private static final CompletionStage<Void> NOTHING = CompletableFuture.completedFuture(null);

    private final List<PeerNode> senders =
            Stream.generate(PeerNode::new).limit(PEERS).toList();
    private final NodeId receiver;
    private final byte[] payload;

    Crowd(PeerNode receiver, int bytes) {
        this.receiver = receiver.nodeId();
        this.payload = new byte[bytes];
        for (PeerNode sender : senders) {
            sender.setIoThreads(1);
            NodePair.await(sender.start());
            NodePair.await(sender.connect(NodePair.addressOf(receiver)));
        }
    }

    /** Sends so many messages in all; each peer waits for its burst before the last. */
    void send(int messages) {
        var beforeLast = new ArrayList<CompletionStage<Void>>();
        var last = new ArrayList<CompletionStage<Void>>();
        senders.forEach(sender -> {
            beforeLast.add(NOTHING);
            last.add(NOTHING);
        });
        int left = messages;
        for (int turn = 0; left > 0; turn = (turn + 1) % PEERS) {
            NodePair.await(beforeLast.get(turn));
            beforeLast.set(turn, last.get(turn));
            int burst = Math.min(BURST, left);
            for (int i = 0; i < burst; i++) {
                last.set(turn, NodePair.send(senders.get(turn), receiver, payload));
            }
            left -= burst;
        }
    }

    @Override
    public void close() {
        senders.forEach(sender -> NodePair.await(sender.stop()));
    }
}

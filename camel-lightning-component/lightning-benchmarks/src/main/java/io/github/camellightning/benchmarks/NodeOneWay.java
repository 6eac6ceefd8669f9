// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.NodeId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Messages from one PeerNode to a counting listener of another. The sender waits for the burst before the last, to bound its memory. */
final class NodeOneWay implements Contender {

    private static final int BURST_BYTES = 1 << 20;
    private static final CompletionStage<Void> HANDLED = CompletableFuture.completedFuture(null);

    private final byte[] payload;
    private final int burst;
    private final Countdown countdown = new Countdown();
    private final NodePair pair;

    NodeOneWay(int bytes) {
        payload = new byte[bytes];
        burst = Math.min(4_096, BURST_BYTES / Math.max(1, bytes));
        pair = new NodePair(message -> HANDLED, message -> {
            countdown.arrived();
            return HANDLED;
        });
    }

    @Override
    public void run(int operations) throws Exception {
        countdown.expect(operations);
        NodeId to = pair.listener.nodeId();
        CompletionStage<Void> beforeLast = HANDLED;
        CompletionStage<Void> last = HANDLED;
        for (int sent = 0; sent < operations; sent += burst) {
            NodePair.await(beforeLast);
            beforeLast = last;
            for (int i = Math.min(burst, operations - sent); i > 0; i--) {
                last = NodePair.send(pair.dialler, to, payload);
            }
        }
        countdown.await();
    }

    @Override
    public void close() {
        pair.close();
    }
}

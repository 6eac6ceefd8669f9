// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.peer.PeerNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Messages of eight peers to a counting listener of a PeerNode. */
final class CrowdToNode implements Contender {

    private static final CompletionStage<Void> HANDLED = CompletableFuture.completedFuture(null);

    private final Countdown countdown = new Countdown();
    private final PeerNode receiver = new PeerNode();
    private final Crowd crowd;

    CrowdToNode(int bytes) {
        receiver.setListen("127.0.0.1:0");
        receiver.onMessage(MessageFilter.types(NodePair.TYPE), message -> {
            countdown.arrived();
            return HANDLED;
        });
        NodePair.await(receiver.start());
        crowd = new Crowd(receiver, bytes);
    }

    @Override
    public void run(int operations) throws Exception {
        countdown.expect(operations);
        crowd.send(operations);
        countdown.await();
    }

    @Override
    public void close() {
        crowd.close();
        NodePair.await(receiver.stop());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One message at a time there and back between two PeerNodes, sent from their listeners. */
final class NodeEcho implements Contender {

    private static final CompletionStage<Void> HANDLED = CompletableFuture.completedFuture(null);

    private final byte[] payload;
    private final Countdown countdown = new Countdown();
    private final NodePair pair;

    NodeEcho(int bytes) {
        payload = new byte[bytes];
        pair = new NodePair(this::returned, this::echo);
    }

    private CompletionStage<Void> echo(ReceivedMessage message) {
        NodePair.send(pair.listener, message.peer(), message.message().payload());
        return HANDLED;
    }

    private CompletionStage<Void> returned(ReceivedMessage message) {
        if (countdown.arrived() > 0) {
            NodePair.send(pair.dialler, message.peer(), payload);
        }
        return HANDLED;
    }

    @Override
    public void run(int operations) throws Exception {
        countdown.expect(operations);
        NodeId to = pair.listener.nodeId();
        NodePair.send(pair.dialler, to, payload);
        countdown.await();
    }

    @Override
    public void close() {
        pair.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The custommsg calls of lightningd on their way to the listeners: one of each peer at a time. lightningd mostly waits for our answer before it
 * reads that peer's next message, but not when it writes to the peer meanwhile, and it bounds nothing; so what one peer may have waiting here is bounded,
 * and a peer that exceeds it is reported.
 */
final class HookQueue {

    static final int MAX_MESSAGES = 1_024;
    static final long MAX_BYTES = 16L * 1024 * 1024;

    private record Waiting(ReceivedMessage message, CompletableFuture<Void> handled) {}

    private static final class Lane {
        private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
        private long bytes;
        private boolean reported;
    }

    private final MessageDispatcher dispatcher;
    private final Consumer<NodeId> tooMuch;
    private final Map<NodeId, Lane> lanes = new HashMap<>();

    /** @param tooMuch told of a peer that has more waiting than it may, once until all of it is handled; its messages are passed over until some are */
    HookQueue(MessageDispatcher dispatcher, Consumer<NodeId> tooMuch) {
        this.dispatcher = dispatcher;
        this.tooMuch = tooMuch;
    }

    /** @return completes when every listener has handled it, or at once where the peer has too much waiting */
    CompletionStage<Void> offer(ReceivedMessage message) {
        var mine = new Waiting(message, new CompletableFuture<>());
        boolean report;
        synchronized (lanes) {
            Lane lane = lanes.get(message.peer());
            if (lane != null && lane.waiting.size() < MAX_MESSAGES && lane.bytes < MAX_BYTES) {
                lane.waiting.add(mine);
                lane.bytes += message.message().payload().length;
                return mine.handled;
            }
            report = lane != null && !lane.reported;
            if (lane == null) {
                lanes.put(message.peer(), new Lane());
            } else {
                lane.reported = true;
                mine.handled.complete(null);
            }
        }
        if (report) {
            tooMuch.accept(message.peer());
        }
        if (!mine.handled.isDone()) {
            deliver(mine);
        }
        return mine.handled;
    }

    /** Goes on with the peer's next message on whatever thread handled the one before. */
    private void deliver(Waiting first) {
        Waiting current = first;
        while (current != null) {
            Waiting delivered = current;
            CompletionStage<Void> handled = dispatcher.dispatchInOrder(delivered.message);
            if (!handled.toCompletableFuture().isDone()) {
                handled.whenComplete((ignored, failure) -> {
                    delivered.handled.complete(null);
                    Waiting next = next(delivered.message.peer());
                    if (next != null) {
                        deliver(next);
                    }
                });
                return;
            }
            delivered.handled.complete(null);
            current = next(delivered.message.peer());
        }
    }

    private @org.jspecify.annotations.Nullable Waiting next(NodeId peer) {
        synchronized (lanes) {
            Lane lane = lanes.get(peer);
            Waiting next = lane == null ? null : lane.waiting.poll();
            if (next == null) {
                lanes.remove(peer);
            } else if (lane != null) {
                lane.bytes -= next.message.message().payload().length;
            }
            return next;
        }
    }
}

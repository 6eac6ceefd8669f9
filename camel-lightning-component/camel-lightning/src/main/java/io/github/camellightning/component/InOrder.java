// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.QueueFullException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One thing after the other for each peer, however the one before ended. */
final class InOrder {

    private record Turn<T>(Supplier<CompletionStage<T>> action, CompletableFuture<T> done) {

        void begin() {
            CompletionStage<T> acting;
            try {
                acting = action.get();
            } catch (RuntimeException refused) {
                acting = CompletableFuture.failedFuture(refused);
            }
            acting.whenComplete((result, failure) -> {
                if (failure == null) {
                    done.complete(result);
                } else {
                    done.completeExceptionally(failure);
                }
            });
        }
    }

    private final int most;

    /** For each peer that has one at work, those that wait for it. Locked by itself. */
    private final Map<NodeId, Queue<Turn<?>>> waiting = new HashMap<>();

    /** @param most how many may wait for one peer; more fail */
    InOrder(int most) {
        this.most = most;
    }

    <T> CompletableFuture<T> after(NodeId peer, Supplier<CompletionStage<T>> action) {
        var turn = new Turn<T>(action, new CompletableFuture<>());
        synchronized (waiting) {
            Queue<Turn<?>> line = waiting.get(peer);
            if (line != null) {
                if (line.size() < most) {
                    line.add(turn);
                } else {
                    turn.done.completeExceptionally(new QueueFullException(
                            "Already " + most + " wait for those before them to reach " + peer + ": the limit"));
                }
                return turn.done;
            }
            waiting.put(peer, new ArrayDeque<>());
        }
        runFrom(peer, turn);
        return turn.done;
    }

    private void runFrom(NodeId peer, Turn<?> first) {
        @Nullable Turn<?> turn = first;
        while (turn != null) {
            turn.begin();
            if (!turn.done.isDone()) {
                turn.done.whenComplete((result, failure) -> {
                    @Nullable Turn<?> next = next(peer);
                    if (next != null) {
                        runFrom(peer, next);
                    }
                });
                return;
            }
            turn = next(peer);
        }
    }

    private @Nullable Turn<?> next(NodeId peer) {
        synchronized (waiting) {
            @Nullable Turn<?> next = Objects.requireNonNull(waiting.get(peer)).poll();
            if (next == null) {
                waiting.remove(peer);
            }
            return next;
        }
    }
}

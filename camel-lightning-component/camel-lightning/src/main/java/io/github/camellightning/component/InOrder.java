// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One thing after the other for each peer, however the one before ended. */
final class InOrder {

    private final Map<NodeId, CompletableFuture<?>> last = new ConcurrentHashMap<>();

    <T> CompletableFuture<T> after(NodeId peer, Supplier<CompletionStage<T>> next) {
        var mine = new CompletableFuture<T>();
        CompletableFuture<?> before = last.put(peer, mine);
        mine.whenComplete((done, failure) -> last.remove(peer, mine));
        if (before == null) {
            begin(next, mine);
        } else {
            before.whenComplete((done, failure) -> begin(next, mine));
        }
        return mine;
    }

    private static <T> void begin(Supplier<CompletionStage<T>> next, CompletableFuture<T> mine) {
        try {
            next.get().whenComplete((done, failure) -> {
                if (failure == null) {
                    mine.complete(done);
                } else {
                    mine.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException refused) {
            mine.completeExceptionally(refused);
        }
    }
}

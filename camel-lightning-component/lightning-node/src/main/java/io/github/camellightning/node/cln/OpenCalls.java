// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The calls of lightningd that are under way: a stop lets no more in, waits for these, and answers what is left itself. */
final class OpenCalls {

    private record Open(CompletableFuture<JsonNode> answer, Supplier<CompletionStage<JsonNode>> otherwise) {}

    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean closed;

    /** @param otherwise the answer where nothing more is let in, and where the call's own does not come in time */
    CompletionStage<JsonNode> run(
            Supplier<CompletionStage<JsonNode>> call, Supplier<CompletionStage<JsonNode>> otherwise) {
        return run(call, otherwise, otherwise);
    }

    /**
     * @param refused the answer where nothing more is let in
     * @param late the answer where the call's own does not come in time
     */
    CompletionStage<JsonNode> run(
            Supplier<CompletionStage<JsonNode>> call,
            Supplier<CompletionStage<JsonNode>> refused,
            Supplier<CompletionStage<JsonNode>> late) {
        count.incrementAndGet();
        if (closed) {
            left();
            return refused.get();
        }
        CompletableFuture<JsonNode> given;
        try {
            given = call.get().toCompletableFuture();
        } catch (Throwable failure) {
            left();
            throw failure;
        }
        if (given.isDone()) {
            left();
            return given;
        }
        var mine = new Open(new CompletableFuture<>(), late);
        open.add(mine);
        given.whenComplete((answer, failure) -> {
            open.remove(mine);
            if (failure == null) {
                mine.answer.complete(answer);
            } else {
                mine.answer.completeExceptionally(CoreLightningNode.unwrapped(failure));
            }
            left();
        });
        return mine.answer;
    }

    private void left() {
        if (count.decrementAndGet() == 0 && closed) {
            drained.complete(null);
        }
    }

    /** Lets nothing more in. Completes when all that was let in is answered. */
    CompletableFuture<Void> close() {
        closed = true;
        if (count.get() == 0) {
            drained.complete(null);
        }
        return drained;
    }

    /** Answers what is left. */
    void abandon() {
        for (Open left : open) {
            left.otherwise.get().whenComplete((answer, failure) -> {
                if (failure == null) {
                    left.answer.complete(answer);
                } else {
                    left.answer.completeExceptionally(failure);
                }
            });
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** For kinds of node: {@code start} and {@code stop} that many may call, the node going up with the first and down with the last. */
public final class ReferenceCountedLifecycle {

    private final Supplier<CompletionStage<Void>> bringUp;
    private final Supplier<CompletionStage<Void>> takeDown;

    private int users;
    private @Nullable CompletableFuture<Void> up;
    private CompletableFuture<Void> down = CompletableFuture.completedFuture(null);

    public ReferenceCountedLifecycle(
            Supplier<CompletionStage<Void>> bringUp, Supplier<CompletionStage<Void>> takeDown) {
        this.bringUp = bringUp;
        this.takeDown = takeDown;
    }

    /** A start that fails counts for nothing and wants no stop; the next one tries again. */
    public CompletionStage<Void> start() {
        CompletableFuture<Void> starting;
        synchronized (this) {
            users++;
            if (up == null) {
                // also after a stop that failed: whoever asked for that was told
                up = down.exceptionally(failure -> null).thenCompose(ignored -> bringUp.get());
            }
            starting = up;
        }
        // not inside the lock: a start that failed already runs this on the spot
        return starting.whenComplete((ignored, failure) -> {
            if (failure != null) {
                forget(starting);
            }
        });
    }

    /** All who count now joined this start: had the last of them left, or another come after it, it would not be {@code up}. */
    private synchronized void forget(CompletableFuture<Void> failed) {
        if (up == failed) {
            up = null;
            users = 0;
        }
    }

    public synchronized CompletionStage<Void> stop() {
        CompletableFuture<Void> started = up;
        if (started == null || --users > 0) {
            return CompletableFuture.completedFuture(null);
        }
        up = null;
        // a node that never came up has nothing to take down
        down = started.handle((ignored, failure) -> failure == null)
                .thenCompose(wasUp -> wasUp ? takeDown.get() : CompletableFuture.completedFuture(null));
        return down.copy();
    }
}

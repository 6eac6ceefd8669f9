// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.cln.plugin.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What listeners want that came when lightningd had been told of all the others: each takes one more plugin, one after the other. */
final class Latecomers {

    private static final Logger LOG = LoggerFactory.getLogger(CoreLightningNode.class);

    private record Latecomer(Manifest manifest, CompletableFuture<Void> told) {}

    private final Executor steps;
    private final Supplier<@Nullable Plugins> running;
    private final Consumer<Runnable> later;
    /** For the node to be up. */
    private final List<Latecomer> waiting = new ArrayList<>();

    private final Set<Latecomer> untold = ConcurrentHashMap.newKeySet();
    private CompletionStage<Void> starting = CompletableFuture.completedFuture(null);
    private volatile boolean closed;

    /**
     * @param steps of the attachment's, one after the other
     * @param running the plugins of a node that is up; null where it is not
     * @param later takes a step after a while
     */
    Latecomers(Executor steps, Supplier<@Nullable Plugins> running, Consumer<Runnable> later) {
        this.steps = steps;
        this.running = running;
        this.later = later;
    }

    /** Completes when lightningd knows, or need not know any more; fails where it will not have it. */
    CompletionStage<Void> add(Manifest more) {
        var latecomer = new Latecomer(more, new CompletableFuture<>());
        untold.add(latecomer);
        latecomer.told.whenComplete((told, failure) -> untold.remove(latecomer));
        try {
            steps.execute(() -> tell(latecomer));
        } catch (RejectedExecutionException stopped) {
            latecomer.told.complete(null);
        }
        return latecomer.told;
    }

    private void tell(Latecomer latecomer) {
        Plugins now = running.get();
        if (closed) {
            latecomer.told.complete(null);
        } else if (now == null) {
            waiting.add(latecomer);
        } else {
            starting = starting.handle((before, failed) -> null)
                    .thenComposeAsync(before -> now.start(latecomer.manifest), steps)
                    .whenCompleteAsync((started, failure) -> told(latecomer, now, failure), steps);
        }
    }

    private void told(Latecomer latecomer, Plugins by, @Nullable Throwable failure) {
        Throwable cause = failure == null ? null : CoreLightningNode.unwrapped(failure);
        if (running.get() != by) {
            // those have ended: the next are told
            tell(latecomer);
        } else if (cause == null) {
            latecomer.told.complete(null);
        } else if (isPassing(cause)) {
            // its relay is closed, so that lightningd knows of it no more if it ever did
            LOG.warn(
                    "lightningd did not take on what a route asks for, trying again. Does it hang? {}",
                    cause.getMessage());
            later.accept(() -> tell(latecomer));
        } else {
            latecomer.told.completeExceptionally(cause);
        }
    }

    /** Whether it says nothing of what lightningd makes of what it was asked. */
    private static boolean isPassing(Throwable failure) {
        return failure instanceof NotConnectedException
                || failure instanceof TimeoutException
                || failure instanceof QueueFullException
                || failure instanceof OutcomeUnknownException;
    }

    /** The node is up. */
    void tellWaiting() {
        List<Latecomer> due = List.copyOf(waiting);
        waiting.clear();
        due.forEach(this::tell);
    }

    /** No step is taken any more. */
    void close() {
        closed = true;
        untold.forEach(latecomer -> latecomer.told.complete(null));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.LightningException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes changes for those who must not wait for the disk. What is asked for while one is written goes with the next, all of it at once. */
final class RuneWriter {

    private static final Logger LOG = LoggerFactory.getLogger(Runes.class);
    private static final long IDLE_SECONDS = 10;

    /** Changes that go together, and who waits for them. */
    private record Batch(List<UnaryOperator<RuneState>> changes, CompletableFuture<Void> done) {

        RuneState applied(RuneState state) {
            RuneState changed = state;
            for (UnaryOperator<RuneState> change : changes) {
                changed = change.apply(changed);
            }
            return changed;
        }
    }

    private final RuneStore store;
    private final ScheduledThreadPoolExecutor thread;
    private @Nullable Batch next;

    RuneWriter(RuneStore store) {
        this.store = store;
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            var created = new Thread(task, "lightning-runes");
            created.setDaemon(true);
            return created;
        });
        thread.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
    }

    /** Until it is closed. */
    void every(Duration pause, Runnable task) {
        try {
            thread.scheduleWithFixedDelay(task, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("The runes are closed", closed);
        }
    }

    /** Completes when it is on disk. */
    synchronized CompletionStage<Void> write(UnaryOperator<RuneState> change) {
        Batch waiting = next;
        if (waiting != null) {
            waiting.changes.add(change);
            return waiting.done;
        }
        var batch = new Batch(new ArrayList<>(List.of(change)), new CompletableFuture<>());
        next = batch;
        try {
            thread.execute(this::writeNext);
        } catch (RejectedExecutionException closed) {
            next = null;
            batch.done.completeExceptionally(new LightningException("The runes are closed"));
        }
        return batch.done;
    }

    private synchronized @Nullable Batch take() {
        Batch taken = next;
        next = null;
        return taken;
    }

    private void writeNext() {
        Batch batch = take();
        if (batch == null) {
            return;
        }
        try {
            store.update(batch::applied);
        } catch (Throwable failed) {
            // an error too: they wait
            LOG.error(
                    "Runes are refused, for their use cannot be written down. See to the folder of the runeFile: {}",
                    failed.getMessage());
            batch.done.completeExceptionally(failed);
            return;
        }
        batch.done.complete(null);
    }

    /** Waits for what is asked for. */
    void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn(
                        "The last uses of runes are not on disk after 10 s: those of limited use may be used once more. See to the disk of the runeFile");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one after the other, in the order in which they come, on whatever threads a pool has. */
final class SerialExecutor implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

    private final Executor pool;

    /** Locked by itself, as is {@link #running}. */
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    private boolean running;

    SerialExecutor(Executor pool) {
        this.pool = pool;
    }

    /** @throws RejectedExecutionException where the pool has no thread; then the task was not taken */
    @Override
    public void execute(Runnable task) {
        synchronized (waiting) {
            waiting.add(task);
            if (!running) {
                begin(task);
            }
        }
    }

    private void begin(Runnable first) {
        running = true;
        try {
            pool.execute(this::runAll);
        } catch (RuntimeException | Error noThread) {
            running = false;
            waiting.remove(first);
            throw noThread;
        }
    }

    private void runAll() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (Throwable failure) {
                // those behind it are to run all the same
                LOG.error("A task failed, a fault of this library. Report it with what follows", failure);
            }
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            Runnable task = waiting.poll();
            running = task != null;
            return task;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks one after the other, in the order in which they come, on whatever threads a pool has. */
final class SerialExecutor implements Executor {

    private final Executor pool;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    /** Those waiting, and the one that runs. Who brings it from 0 to 1 asks the pool for a thread. */
    private final AtomicInteger size = new AtomicInteger();

    SerialExecutor(Executor pool) {
        this.pool = pool;
    }

    /** @throws RejectedExecutionException where the pool refuses; then the task was not taken */
    @Override
    public void execute(Runnable task) {
        waiting.add(task);
        if (size.getAndIncrement() == 0) {
            try {
                pool.execute(this::runAll);
            } catch (RejectedExecutionException refused) {
                if (waiting.remove(task)) {
                    size.decrementAndGet();
                }
                throw refused;
            }
        }
    }

    private void runAll() {
        do {
            try {
                waiting.remove().run();
            } catch (RuntimeException failure) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
            }
        } while (size.decrementAndGet() > 0);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The threads on which routes go on with what a node has done. They are as many as the option says, and become more while all of them stand still and
 * work waits: a route that waits for another call of this component waits for what is queued behind itself.
 */
final class Workers implements Executor {

    /** How long all must stand still before there are more. */
    private static final long LOOK_MILLIS = 250;

    private final ExecutorService pool;
    private final int growth;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean looking = new AtomicBoolean();

    Workers(ExecutorService pool, int growth, ScheduledExecutorService timer) {
        this.pool = pool;
        this.growth = growth;
        this.timer = timer;
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
        if (pool instanceof ThreadPoolExecutor threads && !threads.getQueue().isEmpty()) {
            look(threads);
        }
    }

    private void look(ThreadPoolExecutor threads) {
        if (!looking.get() && looking.compareAndSet(false, true)) {
            lookAgain(threads);
        }
    }

    private void lookAgain(ThreadPoolExecutor threads) {
        long done = threads.getCompletedTaskCount();
        try {
            timer.schedule(() -> growIfStuck(threads, done), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            // the task at hand was taken all the same
            looking.set(false);
        }
    }

    private void growIfStuck(ThreadPoolExecutor threads, long doneBefore) {
        if (threads.getQueue().isEmpty()) {
            looking.set(false);
            // what came in between found that somebody was looking
            if (!threads.getQueue().isEmpty()) {
                look(threads);
            }
            return;
        }
        if (threads.getCompletedTaskCount() == doneBefore) {
            int size = threads.getCorePoolSize() + growth;
            threads.setMaximumPoolSize(Math.max(size, threads.getMaximumPoolSize()));
            threads.setCorePoolSize(size);
        }
        lookAgain(threads);
    }

    ExecutorService pool() {
        return pool;
    }
}

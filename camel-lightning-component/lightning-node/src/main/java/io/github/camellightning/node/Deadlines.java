// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** One timer for the earliest deadline of all: under load, a new call's deadline is a later one and costs nothing here. */
public final class Deadlines {

    private final ScheduledExecutorService timer;
    private final LongFunction<OptionalLong> expire;

    private volatile boolean watching;
    private volatile long nextAt;
    private @Nullable Future<?> scheduled;

    /** @param expire ends what is over at a time, and returns what comes next */
    public Deadlines(ScheduledExecutorService timer, LongFunction<OptionalLong> expire) {
        this.timer = timer;
        this.expire = expire;
    }

    /** @param deadlineAt on the clock of {@link System#nanoTime()} */
    public void watch(long deadlineAt) {
        if (watching && nextAt - deadlineAt <= 0) {
            return;
        }
        synchronized (this) {
            if (watching && nextAt - deadlineAt <= 0) {
                return;
            }
            if (scheduled != null) {
                scheduled.cancel(false);
            }
            nextAt = deadlineAt;
            watching = true;
            schedule(deadlineAt - System.nanoTime());
        }
    }

    private void schedule(long nanos) {
        try {
            scheduled = timer.schedule(this::run, Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // closed: all calls have been ended
            watching = false;
        }
    }

    private void run() {
        synchronized (this) {
            watching = false;
            scheduled = null;
        }
        expire.apply(System.nanoTime()).ifPresent(this::watch);
    }
}

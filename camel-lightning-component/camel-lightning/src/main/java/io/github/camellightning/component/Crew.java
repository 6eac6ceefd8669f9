// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on threads of a pool, as few at once as will do: to wake one takes longer than most tasks, and those that run already may be done with all of
 * them by then. While tasks are short, another thread is woken only once a task has waited for 0.3 ms or more, as it does behind one that stands still. While
 * they are long, each thread that finds more than one wakes the next.
 */
final class Crew implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

    /** A task that takes longer, on average, is worth another thread. */
    private static final long SHORT_NANOS = 50_000;
    /** How long one may wait behind short ones. What took longer than that counts as no more. */
    private static final long PATIENCE_NANOS = 300_000;
    /** The last one counts for one of so many. */
    private static final int AVERAGED = 8;

    private final Executor pool;
    private final @Nullable ScheduledExecutorService timer;
    private volatile int most;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** Threads that run tasks or are being asked for. */
    private final AtomicInteger running = new AtomicInteger();
    /** Those of them that run: each looks for more tasks after it has left. */
    private final AtomicInteger working = new AtomicInteger();

    private final AtomicReference<Waking> waking = new AtomicReference<>(Waking.NOBODY);
    private final LongAdder added = new LongAdder();
    private final LongAdder taken = new LongAdder();
    private final LongAdder ended = new LongAdder();
    /** How long tasks take. Who writes it may overwrite what another wrote just now: that is near enough. */
    private volatile long averageNanos = PATIENCE_NANOS;

    private final AtomicBoolean looking = new AtomicBoolean();

    private enum Waking {
        NOBODY,
        /** The pool is being asked for a thread, and may have none. */
        ASKED,
        /** A thread is coming. */
        COMING
    }

    /** With any pool, even one that runs a task on the thread that hands it over: long or short, each task that waits is worth a thread. */
    Crew(Executor pool) {
        this(pool, Integer.MAX_VALUE, null);
    }

    /**
     * @param pool that never runs a task on the thread that hands it over, which may be the timer's
     * @param most how many tasks run at once
     * @param timer to see that none waits for long
     */
    Crew(Executor pool, int most, @Nullable ScheduledExecutorService timer) {
        this.pool = pool;
        this.most = most;
        this.timer = timer;
    }

    /** @throws RejectedExecutionException where the pool takes nothing more, and nobody is there to run it */
    @Override
    public void execute(Runnable task) {
        added.increment();
        tasks.add(task);
        if (working.get() > 0 && areShort()) {
            // who works looks for more before it leaves
            lookLater();
            return;
        }
        try {
            wake();
        } catch (RuntimeException | Error noThread) {
            if (working.get() == 0 && tasks.remove(task)) {
                // it waits no more
                taken.increment();
                throw noThread;
            }
        }
    }

    private void wake() {
        while (!tasks.isEmpty() && running.get() < most && waking.get() == Waking.ASKED) {
            // whether there will be a thread matters to this task as well
            Thread.onSpinWait();
        }
        if (!tasks.isEmpty() && running.get() < most && waking.compareAndSet(Waking.NOBODY, Waking.ASKED)) {
            running.incrementAndGet();
            try {
                pool.execute(this::run);
                waking.compareAndSet(Waking.ASKED, Waking.COMING);
            } catch (RuntimeException | Error noThread) {
                running.decrementAndGet();
                waking.set(Waking.NOBODY);
                throw noThread;
            }
        }
    }

    private boolean areShort() {
        // a timer that is stopped looks no more, not even where it was to
        return timer != null && averageNanos < SHORT_NANOS && !timer.isShutdown();
    }

    private void lookLater() {
        if (!looking.get() && looking.compareAndSet(false, true)) {
            lookAgain();
        }
    }

    private void lookAgain() {
        long before = added.sum();
        try {
            Objects.requireNonNull(timer).schedule(() -> look(before), PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        } catch (RuntimeException | Error stopped) {
            looking.set(false);
            help();
        }
    }

    /** @param addedBefore how many tasks there had been when it was last looked, of which none is to wait still */
    private void look(long addedBefore) {
        if (taken.sum() < addedBefore) {
            averageNanos = PATIENCE_NANOS;
            help();
        }
        if (!tasks.isEmpty() && !isFull()) {
            lookAgain();
            return;
        }
        looking.set(false);
        // what came in between found that somebody was looking
        if (!tasks.isEmpty() && !isFull()) {
            lookLater();
        }
    }

    boolean isAnyWaiting() {
        return !tasks.isEmpty();
    }

    /** Whether as many run as may. */
    boolean isFull() {
        return running.get() >= most;
    }

    long ended() {
        return ended.sum();
    }

    /** From now on as many more run at once. Only one thread at a time may call this. */
    void grow(int by) {
        most += by;
        wake();
    }

    private void run() {
        waking.set(Waking.NOBODY);
        do {
            working.incrementAndGet();
            work();
            working.decrementAndGet();
            running.decrementAndGet();
            // what came just now may have found that as many run as may
        } while (joinAgain());
    }

    private boolean joinAgain() {
        while (!tasks.isEmpty()) {
            if (running.incrementAndGet() <= most) {
                return true;
            }
            running.decrementAndGet();
            if (waking.get() != Waking.ASKED) {
                return false;
            }
            // one of those that run may be a thread that there will not be
            Thread.onSpinWait();
        }
        return false;
    }

    private void work() {
        long before = System.nanoTime();
        @Nullable Runnable task;
        while ((task = tasks.poll()) != null) {
            taken.increment();
            if (!tasks.isEmpty()) {
                seeToOthers();
            }
            run(task);
            long now = System.nanoTime();
            averageNanos += (Math.min(now - before, PATIENCE_NANOS) - averageNanos) / AVERAGED;
            before = now;
        }
    }

    /** To those that wait while a task runs. */
    private void seeToOthers() {
        if (areShort()) {
            lookLater();
        } else {
            help();
        }
    }

    private void help() {
        try {
            wake();
        } catch (RuntimeException | Error noThread) {
            // then those that run do what is left
            LOG.debug("No thread more", noThread);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable fault) {
            LOG.error("A task of a route failed, a fault of this library. Report it with what follows", fault);
        } finally {
            ended.increment();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on threads of a pool, but wakes only one thread at a time: to wake one takes longer than most tasks, and those that run already may be done with
 * all of them by then. Where they are not, the one that was woken wakes the next.
 */
final class Crew implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

    private final Executor pool;
    private volatile int most;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** Threads that run tasks or are being asked for. */
    private final AtomicInteger running = new AtomicInteger();
    /** Those of them that run: each looks for more tasks after it has left. */
    private final AtomicInteger working = new AtomicInteger();

    private final AtomicReference<Waking> waking = new AtomicReference<>(Waking.NOBODY);
    private final LongAdder ended = new LongAdder();

    private enum Waking {
        NOBODY,
        /** The pool is being asked for a thread, and may have none. */
        ASKED,
        /** A thread is coming. */
        COMING
    }

    /** @param most how many tasks run at once */
    Crew(Executor pool, int most) {
        this.pool = pool;
        this.most = most;
    }

    /** @throws RejectedExecutionException where the pool takes nothing more, and nobody is there to run it */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        try {
            wake();
        } catch (RuntimeException | Error noThread) {
            if (working.get() == 0 && tasks.remove(task)) {
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
            @Nullable Runnable task;
            while ((task = tasks.poll()) != null) {
                helpAndRun(task);
            }
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

    private void helpAndRun(Runnable task) {
        try {
            wake();
        } catch (RuntimeException | Error noThread) {
            // then this thread does what is left
        }
        try {
            task.run();
        } catch (Throwable fault) {
            LOG.error("A task of a route failed, a fault of this library. Report it with what follows", fault);
        } finally {
            ended.increment();
        }
    }
}

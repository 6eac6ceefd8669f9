// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends out the thread that reads: once it has worked off what it had read it goes on with what that led to, since to wake another thread takes longer than most of
 * it does. It is lent while that takes less than 50 µs on average, as was seen of it elsewhere first. Where it stands still all the same the reader is relieved: another
 * thread reads, and what has not begun goes to where it would have gone.
 */
final class Lending {

    /** What takes longer, on average, is worth a thread of its own. */
    private static final long SHORT_NANOS = 50_000;
    /** So long nobody reads. It is more than a processor is taken away for at a time. What took longer counts as no more. */
    private static final long PATIENCE_NANOS = 10_000_000;
    /** So long a turn lasts, of however many tasks. */
    private static final long TURN_NANOS = 2_000_000;
    /** So many make an average. */
    private static final int SEEN = 16;
    /** Then the last one counts for one of so many. */
    private static final int AVERAGED = 128;

    private static final long NOT_LENT = 0;

    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);

    /** Runs tasks later. */
    interface Timer {
        /** @throws RejectedExecutionException where it is stopped */
        void after(long nanos, Runnable task);
    }

    private final Timer timer;
    private final LongSupplier clock;
    private final Runnable relief;
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
    /** Since when, in nanoseconds; of no two times the same. */
    private final AtomicLong lentSince = new AtomicLong(NOT_LENT);

    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean ended;
    /** Tasks that stood still and still do, each on a thread that was relieved. */
    private final AtomicInteger standing = new AtomicInteger();

    private final Object lock = new Object();
    /** Of how many tasks the average is. Guarded by the lock, as is that. */
    private int seen;

    private long averageNanos;
    private volatile boolean isShort;
    /** The reader's own. */
    private long lastSince;

    /**
     * @param clock in nanoseconds
     * @param relief has another thread read; on a thread of anybody's
     */
    Lending(Timer timer, LongSupplier clock, Runnable relief) {
        this.timer = timer;
        this.clock = clock;
        this.relief = relief;
    }

    /** It is run once, wherever that is. */
    private final class Task implements Runnable {

        private final Runnable what;
        private final Executor otherwise;
        private final AtomicBoolean begun = new AtomicBoolean();

        Task(Runnable what, Executor otherwise) {
            this.what = what;
            this.otherwise = otherwise;
        }

        @Override
        public void run() {
            if (!begun.compareAndSet(false, true)) {
                return;
            }
            long before = clock.getAsLong();
            try {
                what.run();
            } catch (Throwable fault) {
                LOG.error("A task of a route failed, a fault of this library. Report it with what follows", fault);
            } finally {
                took(clock.getAsLong() - before);
            }
        }

        void handOver() {
            try {
                otherwise.execute(this);
            } catch (Throwable refused) {
                // somebody waits for it
                run();
            }
        }
    }

    private void took(long nanos) {
        synchronized (lock) {
            seen = Math.min(seen + 1, AVERAGED);
            averageNanos += (Math.min(nanos, PATIENCE_NANOS) - averageNanos) / seen;
            isShort = seen >= SEEN && averageNanos < SHORT_NANOS;
        }
    }

    private void tookTooLong() {
        synchronized (lock) {
            seen = AVERAGED;
            averageNanos = PATIENCE_NANOS;
            isShort = false;
        }
    }

    private boolean mayLend() {
        return isShort && !ended && standing.get() == 0;
    }

    /** On the reader's thread, while it works off what it has read: the task is run there once that is done, or at once elsewhere. */
    void add(Runnable what, Executor otherwise) {
        var task = new Task(what, otherwise);
        if (mayLend()) {
            tasks.add(task);
        } else {
            task.handOver();
        }
    }

    /** On the reader's thread. Returns false where another has taken its place meanwhile. */
    boolean work() {
        if (tasks.isEmpty()) {
            return true;
        }
        long since = begin();
        lookLater();
        @Nullable Task next;
        while (lentSince.get() == since && (next = tasks.poll()) != null) {
            if (mayLend() && clock.getAsLong() - since < TURN_NANOS) {
                next.run();
            } else {
                next.handOver();
            }
            // a task may leave this mark, which would close the channel that is read next
            Thread.interrupted();
        }
        boolean isReader = lentSince.compareAndSet(since, NOT_LENT);
        if (!isReader) {
            standing.decrementAndGet();
            // what it was given since then
            handOver(left());
        }
        return isReader;
    }

    private long begin() {
        long since = clock.getAsLong();
        if (since == lastSince || since == NOT_LENT) {
            since++;
        }
        lastSince = since;
        lentSince.set(since);
        return since;
    }

    private void lookLater() {
        if (!looking.get() && looking.compareAndSet(false, true)) {
            lookIn(PATIENCE_NANOS);
        }
    }

    private void lookIn(long nanos) {
        try {
            timer.after(nanos, this::look);
        } catch (RejectedExecutionException stopped) {
            looking.set(false);
            handOver(left());
        }
    }

    private void look() {
        looking.set(false);
        long since = lentSince.get();
        if (since == NOT_LENT) {
            return;
        }
        long lent = clock.getAsLong() - since;
        if (lent < PATIENCE_NANOS) {
            looking.set(true);
            lookIn(PATIENCE_NANOS - lent);
        } else if (lentSince.compareAndSet(since, NOT_LENT)) {
            relieve();
        }
    }

    private void relieve() {
        standing.incrementAndGet();
        tookTooLong();
        List<Task> left = left();
        try {
            relief.run();
        } finally {
            handOver(left);
        }
    }

    private List<Task> left() {
        var left = new ArrayList<Task>();
        @Nullable Task next;
        while ((next = tasks.poll()) != null) {
            left.add(next);
        }
        return left;
    }

    private static void handOver(List<Task> left) {
        left.forEach(Task::handOver);
    }

    /** The connection is to end, for which its reader is wanted, whatever it does. Idempotent. */
    void end() {
        ended = true;
        long since = lentSince.get();
        if (since != NOT_LENT && lentSince.compareAndSet(since, NOT_LENT)) {
            relieve();
        } else {
            handOver(left());
        }
    }
}

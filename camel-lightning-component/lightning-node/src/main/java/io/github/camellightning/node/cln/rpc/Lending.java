// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends out the thread that reads: once it has worked off what it had read it goes on with what that led to, since to wake another thread takes longer than most of
 * it does. Where that takes long on average nothing is lent for a while. Where it stands still the reader is relieved: another thread reads, and what has not begun goes
 * to where it would have gone.
 */
final class Lending {

    /** So long nobody reads. It is more than a processor is taken away for at a time. */
    private static final long PATIENCE_NANOS = 10_000_000;

    /** What takes longer, on average, is worth a thread of its own. */
    private static final long SHORT_NANOS = 50_000;
    /** What took longer than that counts as no more. */
    private static final long LONG_NANOS = 300_000;
    /** The last one counts for one of so many. */
    private static final int AVERAGED = 8;

    private static final long SHORTEST_PAUSE_NANOS = 100_000_000;
    private static final long LONGEST_PAUSE_NANOS = 64_000_000_000L;
    private static final long NOT_LENT = 0;

    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);

    /** Runs tasks later. */
    interface Timer {
        /** @throws RejectedExecutionException where it is stopped */
        void after(long nanos, Runnable task);
    }

    /** @param otherwise where it runs if not here */
    private record Task(Runnable task, Executor otherwise) {}

    private final Timer timer;
    private final Runnable relief;
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
    /** Since when, in nanoseconds; of no two times the same. */
    private final AtomicLong lentSince = new AtomicLong(NOT_LENT);

    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean ended;
    private volatile long lendsAgainAt = System.nanoTime();
    private volatile long pauseNanos = SHORTEST_PAUSE_NANOS;
    /** Of how long tasks take. One that was relieved may spoil it once, which does no harm. */
    private volatile long averageNanos;
    /** The reader's own. */
    private long lastSince;

    /** @param relief has another thread read; on a thread of anybody's */
    Lending(Timer timer, Runnable relief) {
        this.timer = timer;
        this.relief = relief;
    }

    /** On the reader's thread, while it works off what it has read: the task is run once that is done. Returns false where nothing is lent. */
    boolean add(Runnable task, Executor otherwise) {
        if (ended || System.nanoTime() - lendsAgainAt < 0) {
            return false;
        }
        return tasks.add(new Task(task, otherwise));
    }

    /** On the reader's thread. Returns false where another has taken its place meanwhile. */
    boolean work() {
        if (tasks.isEmpty()) {
            return true;
        }
        long since = begin();
        lookLater();
        if (ended) {
            handOver(left());
        }
        long before = since;
        @Nullable Task next;
        while (lentSince.get() == since && (next = tasks.poll()) != null) {
            run(next);
            long now = System.nanoTime();
            took(now - before);
            before = now;
        }
        return lentSince.compareAndSet(since, NOT_LENT);
    }

    private long begin() {
        long since = System.nanoTime();
        if (since == lastSince || since == NOT_LENT) {
            since++;
        }
        lastSince = since;
        lentSince.set(since);
        return since;
    }

    private static void run(Task next) {
        try {
            next.task().run();
        } catch (Throwable fault) {
            LOG.error("A task of a route failed, a fault of this library. Report it with what follows", fault);
        } finally {
            // a task may leave this mark, which would close the channel that is read next
            Thread.interrupted();
        }
    }

    private void took(long nanos) {
        long average = averageNanos + (Math.min(nanos, LONG_NANOS) - averageNanos) / AVERAGED;
        averageNanos = average;
        if (average > SHORT_NANOS) {
            averageNanos = 0;
            pause();
            handOver(left());
        }
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
        long lent = System.nanoTime() - since;
        if (lent < PATIENCE_NANOS) {
            looking.set(true);
            lookIn(PATIENCE_NANOS - lent);
        } else if (lentSince.compareAndSet(since, NOT_LENT)) {
            pause();
            relieve();
        }
    }

    private void relieve() {
        List<Task> left = left();
        relief.run();
        handOver(left);
    }

    /** Where it was soon too long again it is twice as long before the next time. */
    private void pause() {
        long now = System.nanoTime();
        boolean again = now - lendsAgainAt < pauseNanos;
        pauseNanos = again ? Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS) : SHORTEST_PAUSE_NANOS;
        lendsAgainAt = now + pauseNanos;
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
        for (Task task : left) {
            try {
                task.otherwise().execute(task.task());
            } catch (RejectedExecutionException stopped) {
                // somebody waits for it
                run(task);
            }
        }
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

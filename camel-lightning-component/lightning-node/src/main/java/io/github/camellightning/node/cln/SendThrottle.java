// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.Recallable;
import io.github.camellightning.node.TimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets through to each peer what it reads and no more. A Core Lightning peer reads 1,000,000 bytes a second (since 26.04); whatever exceeds that piles up in
 * our daemon's memory, which nothing bounds. What waits here is bounded, in number, bytes and time. Messages of one peer keep their order.
 */
final class SendThrottle {

    static final double BYTES_PER_SECOND = 900_000;
    static final double BURST = 1_000_000;
    /** Of each message on the wire, besides itself. */
    static final int FRAME_OVERHEAD = 34;

    static final int MAX_WAITING = 4_096;
    static final long MAX_BYTES_OF_A_PEER = 16L << 20;
    static final long MAX_BYTES = 64L << 20;

    private static final int MAX_IDLE_PEERS = 10_000;
    private static final long LONGEST_DEADLINE = TimeUnit.DAYS.toNanos(10_000);
    /** So that of timers that an earlier deadline has made useless no more pile up. */
    private static final long LONGEST_SLEEP = TimeUnit.SECONDS.toNanos(1);

    /** Runs what is due later. */
    interface Timer {
        void after(long nanos, Runnable task);
    }

    /** A call with what is left of its deadline. */
    @FunctionalInterface
    interface TimedCall<T> {
        CompletionStage<T> within(Duration left);
    }

    /** A message until it is sent, and what became of it. */
    private final class Waiting<T> extends CompletableFuture<T> implements Recallable {

        private final NodeId peer;
        private final int cost;
        private final long deadlineAt;
        private final TimedCall<T> call;
        /** In the order of their coming. */
        private long number;

        Waiting(NodeId peer, int cost, long deadlineAt, TimedCall<T> call) {
            this.peer = peer;
            this.cost = cost;
            this.deadlineAt = deadlineAt;
            this.call = call;
        }

        private void send(long now) {
            try {
                call.within(Duration.ofNanos(deadlineAt - now)).whenComplete((answer, failure) -> {
                    if (failure == null) {
                        complete(answer);
                    } else {
                        completeExceptionally(failure);
                    }
                });
            } catch (Throwable refused) {
                // an error too, or the peer's turn would never end
                completeExceptionally(refused);
            }
        }

        private void expire() {
            completeExceptionally(new TimeoutException(
                    "A message was not sent before its deadline: peer " + peer + " is sent more than it reads"));
        }

        @Override
        public boolean recall(LightningException reason) {
            boolean unsent = takeOut(this);
            if (unsent) {
                completeExceptionally(reason);
            }
            return unsent;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            takeOut(this);
            return super.cancel(mayInterruptIfRunning);
        }
    }

    private static final class Bucket {
        private double tokens = BURST;
        private long filledAt;
        /** In the order of their coming. */
        private final Set<Waiting<?>> waiting = new LinkedHashSet<>();

        private long bytes;
        /** Somebody sends what waits, or the timer will: one at a time, so that the order holds. */
        private boolean busy;

        private void fill(long now) {
            tokens = Math.min(BURST, tokens + (now - filledAt) / 1e9 * BYTES_PER_SECOND);
            filledAt = now;
        }
    }

    private final Timer timer;
    private final LongSupplier clock;
    /** Also the lock of all that follows. */
    private final Map<NodeId, Bucket> buckets = new HashMap<>();
    /** Of all that cannot be sent at once. */
    private final TreeSet<Waiting<?>> deadlines = new TreeSet<>((one, other) -> one.deadlineAt == other.deadlineAt
            ? Long.compare(one.number, other.number)
            : Long.signum(one.deadlineAt - other.deadlineAt));

    private long bytes;
    private long added;
    private boolean closed;
    /** The timer looks after deadlines, and when. */
    private boolean watching;

    private long wakeAt;

    SendThrottle(Timer timer) {
        this(timer, System::nanoTime);
    }

    /** @param clock in nanoseconds */
    SendThrottle(Timer timer, LongSupplier clock) {
        this.timer = timer;
        this.clock = clock;
    }

    /**
     * Makes the call now, on this thread, or when the peer's budget allows. Fails with {@link QueueFullException} where too much waits already, with
     * {@link TimeoutException} as soon as its deadline passes before its turn, and with {@link NotConnectedException} where this is closed before. Until its
     * turn it can be recalled or cancelled; of those no call is made.
     *
     * @param size of the message in bytes, type included
     */
    <T> CompletionStage<T> send(NodeId peer, int size, Duration deadline, TimedCall<T> call) {
        long now = clock.getAsLong();
        long nanos = Math.min(TimeUnit.NANOSECONDS.convert(deadline), LONGEST_DEADLINE);
        var mine = new Waiting<>(peer, size + FRAME_OVERHEAD, now + nanos, call);
        try {
            Bucket bucket = add(mine, now);
            if (bucket != null) {
                drain(bucket);
            }
        } catch (LightningException refused) {
            mine.completeExceptionally(refused);
        }
        return mine;
    }

    /** @return whose turn this thread has to work off; null where another does */
    private @Nullable Bucket add(Waiting<?> mine, long now) {
        synchronized (buckets) {
            if (closed) {
                throw stopped();
            }
            Bucket bucket = buckets.computeIfAbsent(mine.peer, key -> newBucket(now));
            bucket.fill(now);
            if (bucket.busy || bucket.tokens < mine.cost) {
                requireRoom(bucket, mine);
            }
            mine.number = ++added;
            bucket.waiting.add(mine);
            bucket.bytes += mine.cost;
            bytes += mine.cost;
            if (bucket.busy) {
                watch(mine, now);
                return null;
            }
            bucket.busy = true;
            return bucket;
        }
    }

    private void requireRoom(Bucket bucket, Waiting<?> mine) {
        if (bucket.waiting.size() >= MAX_WAITING || bucket.bytes + mine.cost > MAX_BYTES_OF_A_PEER) {
            throw new QueueFullException("Peer " + mine.peer + " is sent messages faster than it reads them: "
                    + bucket.waiting.size() + " of " + bucket.bytes + " bytes wait already (at most " + MAX_WAITING
                    + ", and " + MAX_BYTES_OF_A_PEER + " bytes)");
        }
        if (bytes + mine.cost > MAX_BYTES) {
            throw new QueueFullException("Peers are sent messages faster than they read them: " + bytes
                    + " bytes wait already (at most " + MAX_BYTES + ")");
        }
    }

    private Bucket newBucket(long now) {
        if (buckets.size() >= MAX_IDLE_PEERS) {
            buckets.values().removeIf(bucket -> {
                bucket.fill(now);
                return !bucket.busy && bucket.tokens >= BURST;
            });
        }
        var bucket = new Bucket();
        bucket.filledAt = now;
        return bucket;
    }

    /** Outside the lock, for what a call leads to is not known here. */
    private void drain(Bucket bucket) {
        for (Runnable next = next(bucket); next != null; next = next(bucket)) {
            next.run();
        }
    }

    private @Nullable Runnable next(Bucket bucket) {
        synchronized (buckets) {
            if (bucket.waiting.isEmpty()) {
                bucket.busy = false;
                return null;
            }
            Waiting<?> next = bucket.waiting.iterator().next();
            long now = clock.getAsLong();
            bucket.fill(now);
            boolean late = next.deadlineAt - now <= 0;
            if (!late && bucket.tokens < next.cost) {
                timer.after(
                        (long) Math.ceil((next.cost - bucket.tokens) / BYTES_PER_SECOND * 1e9), () -> drain(bucket));
                watch(next, now);
                return null;
            }
            remove(next, bucket);
            if (late) {
                return next::expire;
            }
            bucket.tokens -= next.cost;
            return () -> next.send(now);
        }
    }

    /** @return false where it is too late for that. The turn of the next ones comes no sooner */
    private boolean takeOut(Waiting<?> waiting) {
        synchronized (buckets) {
            Bucket bucket = buckets.get(waiting.peer);
            return bucket != null && remove(waiting, bucket);
        }
    }

    private boolean remove(Waiting<?> waiting, Bucket bucket) {
        if (!bucket.waiting.remove(waiting)) {
            return false;
        }
        bucket.bytes -= waiting.cost;
        bytes -= waiting.cost;
        deadlines.remove(waiting);
        return true;
    }

    private void watch(Waiting<?> waiting, long now) {
        deadlines.add(waiting);
        wakeInTime(now);
    }

    private void wakeInTime(long now) {
        if (deadlines.isEmpty()) {
            return;
        }
        long at = now + Math.min(deadlines.first().deadlineAt - now, LONGEST_SLEEP);
        if (!watching || at - wakeAt < 0) {
            watching = true;
            wakeAt = at;
            timer.after(Math.max(0, at - now), () -> expire(at));
        }
    }

    private void expire(long at) {
        List<Waiting<?>> late = new ArrayList<>();
        synchronized (buckets) {
            if (wakeAt != at) {
                // an earlier deadline came after this
                return;
            }
            watching = false;
            long now = clock.getAsLong();
            while (!deadlines.isEmpty() && deadlines.first().deadlineAt - now <= 0) {
                Waiting<?> first = deadlines.first();
                takeOut(first);
                late.add(first);
            }
            wakeInTime(now);
        }
        late.forEach(Waiting::expire);
    }

    /** Nothing is sent any more, and the timer not used. What waits fails. */
    void close() {
        List<Waiting<?>> left = new ArrayList<>();
        synchronized (buckets) {
            closed = true;
            bytes = 0;
            deadlines.clear();
            for (Bucket bucket : buckets.values()) {
                left.addAll(bucket.waiting);
                bucket.waiting.clear();
                bucket.bytes = 0;
            }
        }
        left.forEach(waiting -> waiting.completeExceptionally(stopped()));
    }

    private static NotConnectedException stopped() {
        return new NotConnectedException("The message was not sent: this node is stopped");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.TimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** Runs what is due later. */
    interface Timer {
        void after(long nanos, Runnable task);
    }

    /** A call with what is left of its deadline. */
    @FunctionalInterface
    interface TimedCall<T> {
        CompletionStage<T> within(Duration left);
    }

    private record Waiting<T>(NodeId peer, int cost, long deadlineAt, TimedCall<T> call, CompletableFuture<T> result) {

        void send(long now) {
            try {
                call.within(Duration.ofNanos(deadlineAt - now)).whenComplete((answer, failure) -> {
                    if (failure == null) {
                        result.complete(answer);
                    } else {
                        result.completeExceptionally(failure);
                    }
                });
            } catch (Throwable refused) {
                // an error too, or the peer's turn would never end
                result.completeExceptionally(refused);
            }
        }

        void fail(LightningException failure) {
            result.completeExceptionally(failure);
        }

        void expire() {
            fail(new TimeoutException(
                    "A message was not sent before its deadline: peer " + peer + " is sent more than it reads"));
        }
    }

    private static final class Bucket {
        private double tokens = BURST;
        private long filledAt;
        private final ArrayDeque<Waiting<?>> waiting = new ArrayDeque<>(0);
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
    private final Map<NodeId, Bucket> buckets = new HashMap<>();
    private long bytes;
    private boolean closed;

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
     * {@link TimeoutException} where its turn does not come in time, and with {@link NotConnectedException} where this is closed before.
     *
     * @param size of the message in bytes, type included
     */
    <T> CompletionStage<T> send(NodeId peer, int size, Duration deadline, TimedCall<T> call) {
        long now = clock.getAsLong();
        // at most 292 years: the conversion stops there
        long deadlineAt = now + TimeUnit.NANOSECONDS.convert(deadline);
        var mine = new Waiting<>(peer, size + FRAME_OVERHEAD, deadlineAt, call, new CompletableFuture<T>());
        try {
            Bucket bucket = add(mine, now);
            if (bucket != null) {
                drain(bucket);
            }
        } catch (LightningException refused) {
            mine.fail(refused);
        }
        return mine.result;
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
            bucket.waiting.add(mine);
            bucket.bytes += mine.cost;
            bytes += mine.cost;
            if (bucket.busy) {
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
            Waiting<?> next = bucket.waiting.peek();
            if (next == null) {
                bucket.busy = false;
                return null;
            }
            long now = clock.getAsLong();
            bucket.fill(now);
            boolean late = next.deadlineAt - now <= 0;
            if (!late && bucket.tokens < next.cost) {
                timer.after(
                        (long) Math.ceil((next.cost - bucket.tokens) / BYTES_PER_SECOND * 1e9), () -> drain(bucket));
                return null;
            }
            bucket.waiting.remove();
            bucket.bytes -= next.cost;
            bytes -= next.cost;
            if (late) {
                return next::expire;
            }
            bucket.tokens -= next.cost;
            return () -> next.send(now);
        }
    }

    /** Nothing is sent any more, and the timer not used. What waits fails. */
    void close() {
        List<Waiting<?>> left = new ArrayList<>();
        synchronized (buckets) {
            closed = true;
            bytes = 0;
            for (Bucket bucket : buckets.values()) {
                left.addAll(bucket.waiting);
                bucket.waiting.clear();
                bucket.bytes = 0;
            }
        }
        left.forEach(waiting -> waiting.fail(stopped()));
    }

    private static NotConnectedException stopped() {
        return new NotConnectedException("The message was not sent: this node is stopped");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.QueueFullException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Lets through to each peer what it reads and no more. A Core Lightning peer reads 1,000,000 bytes a second (since 26.04); whatever exceeds that piles up in
 * our daemon's memory, which nothing bounds. Messages of one peer keep their order.
 */
final class SendThrottle {

    static final double BYTES_PER_SECOND = 900_000;
    static final double BURST = 1_000_000;
    /** Of each message on the wire, besides itself. */
    static final int FRAME_OVERHEAD = 34;

    private static final int MAX_WAITING = 4_096;
    private static final int MAX_IDLE_PEERS = 10_000;

    private record Waiting(int bytes, Runnable send) {}

    private static final class Bucket {
        private double tokens = BURST;
        private long filledAt;
        private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);

        private void fill(long now) {
            tokens = Math.min(BURST, tokens + (now - filledAt) / 1e9 * BYTES_PER_SECOND);
            filledAt = now;
        }
    }

    private final ScheduledExecutorService timer;
    private final Map<NodeId, Bucket> buckets = new HashMap<>();

    SendThrottle(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /**
     * Sends now, on this thread, or later, on the timer's, when the peer's budget allows.
     *
     * @param bytes of the message, type included
     * @throws QueueFullException where too many wait already
     */
    void send(NodeId peer, int bytes, Runnable send) {
        int cost = bytes + FRAME_OVERHEAD;
        synchronized (buckets) {
            long now = System.nanoTime();
            Bucket bucket = buckets.computeIfAbsent(peer, key -> newBucket(now));
            bucket.fill(now);
            if (!bucket.waiting.isEmpty() || bucket.tokens < cost) {
                if (bucket.waiting.size() >= MAX_WAITING) {
                    throw new QueueFullException("Peer " + peer + " is sent messages faster than it reads them: "
                            + MAX_WAITING + " wait already");
                }
                bucket.waiting.add(new Waiting(cost, send));
                if (bucket.waiting.size() == 1) {
                    schedule(peer, bucket);
                }
                return;
            }
            bucket.tokens -= cost;
            // within the lock, or a later message could overtake this one
            send.run();
        }
    }

    private Bucket newBucket(long now) {
        if (buckets.size() >= MAX_IDLE_PEERS) {
            buckets.values().removeIf(bucket -> {
                bucket.fill(now);
                return bucket.waiting.isEmpty() && bucket.tokens >= BURST;
            });
        }
        var bucket = new Bucket();
        bucket.filledAt = now;
        return bucket;
    }

    private void schedule(NodeId peer, Bucket bucket) {
        double missing = Math.max(0, bucket.waiting.element().bytes - bucket.tokens);
        long nanos = (long) Math.ceil(missing / BYTES_PER_SECOND * 1e9);
        timer.schedule(() -> drain(peer), nanos, TimeUnit.NANOSECONDS);
    }

    private void drain(NodeId peer) {
        synchronized (buckets) {
            Bucket bucket = buckets.get(peer);
            if (bucket == null) {
                return;
            }
            bucket.fill(System.nanoTime());
            for (Waiting next = bucket.waiting.peek();
                    next != null && bucket.tokens >= next.bytes;
                    next = bucket.waiting.peek()) {
                bucket.waiting.remove();
                bucket.tokens -= next.bytes;
                next.send.run();
            }
            if (!bucket.waiting.isEmpty()) {
                schedule(peer, bucket);
            }
        }
    }
}

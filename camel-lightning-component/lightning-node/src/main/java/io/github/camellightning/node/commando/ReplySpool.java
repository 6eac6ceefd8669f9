// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that reads replies and writes large results to disk, which those that take frames off a socket must not wait for. What it has not
 * come to yet is in memory, and bounded: whoever brings more is told when to bring the next.
 */
final class ReplySpool {

    private static final CompletionStage<Void> ROOM = CompletableFuture.completedFuture(null);
    private static final long IDLE_SECONDS = 10;
    private static final int HARD_FACTOR = 8;
    /** What a part costs besides its bytes, roughly. */
    private static final int BOOKKEEPING = 128;

    private final long limit;
    private final ThreadPoolExecutor thread;

    private final Object lock = new Object();
    private long bytes;
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>(0);

    ReplySpool(long limit) {
        this.limit = limit;
        thread = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), ReplySpool::newThread);
        thread.allowCoreThreadTimeOut(true);
    }

    private static Thread newThread(Runnable task) {
        var thread = new Thread(task, "lightning-commando");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * @param work done later, in the order of the calls
     * @return completes when more may come; null where this is too much already, and was not taken
     */
    @Nullable
    CompletionStage<Void> add(int length, Runnable work) {
        long cost = (long) length + BOOKKEEPING;
        CompletableFuture<Void> room = null;
        synchronized (lock) {
            if (bytes + cost > HARD_FACTOR * limit) {
                return null;
            }
            bytes += cost;
            if (bytes > limit) {
                room = new CompletableFuture<>();
                waiting.add(room);
            }
        }
        execute(() -> {
            try {
                work.run();
            } finally {
                release(cost);
            }
        });
        return room == null ? ROOM : room;
    }

    private void release(long cost) {
        List<CompletableFuture<Void>> eased = List.of();
        synchronized (lock) {
            bytes -= cost;
            // half empty, lest reading starts and stops with every part
            if (bytes <= limit / 2 && !waiting.isEmpty()) {
                eased = List.copyOf(waiting);
                waiting.clear();
            }
        }
        eased.forEach(room -> room.complete(null));
    }

    /** After all that was added before. */
    void execute(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException closed) {
            // there are no calls any more, and what is read now is thrown away
            List<CompletableFuture<Void>> nobody;
            synchronized (lock) {
                nobody = List.copyOf(waiting);
                waiting.clear();
            }
            nobody.forEach(room -> room.complete(null));
        }
    }

    /** What was added is worked off still. */
    void close() {
        thread.shutdown();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.ThreadUtil;

/**
 * Writes the requests of one connection in order, many at a time. Whoever adds one writes it, and what others add meanwhile, as long as
 * it is certain to fit into the socket's buffer: a reply tells that lightningd has read everything up to its request. Where it might
 * not fit, a thread of this writer's does it, for it may have to wait. So it does for virtual threads: while one of those writes, junixsocket has the socket not
 * block, and who reads from it meanwhile would take that for its end.
 */
final class RequestWriter {

    private static final int BATCH_BYTES = 64 * 1024;
    private static final int BATCHES_A_TURN = 8;
    /** What a buffer of the kernel's costs at most in its account of the socket, besides twice the bytes in it. */
    private static final int WRITE_COST = 2 * 1024;

    private static final int KERNEL_BUFFER = 32 * 1024;

    private final OutputStream output;
    private final long room;
    private final RpcConnection connection;
    private final Consumer<Throwable> onFailure;
    private final String threadName;

    private final Object lock = new Object();
    private final ArrayDeque<Call> queue = new ArrayDeque<>();
    private boolean draining;
    private boolean handedOver;
    private boolean closed;
    private @Nullable Thread patient;

    /** Of the one who drains. */
    private byte[] buffer = new byte[0];

    private final List<Call> batch = new ArrayList<>();
    /** What was written cost the kernel's account at most, and how much of that lightningd has given back. */
    private long writtenCost;

    private volatile long consumedCost;
    /** Of all that was written the last one, until it is answered: lightningd may not have read it before. */
    private final AtomicReference<@Nullable Call> unread = new AtomicReference<>();

    /**
     * For a connection.
     *
     * @param output no channel: that would be closed by a caller's being interrupted
     * @param room of the socket's buffer, in bytes
     */
    RequestWriter(
            OutputStream output,
            long room,
            RpcConnection connection,
            Consumer<Throwable> onFailure,
            String threadName) {
        this.output = output;
        this.room = room;
        this.connection = connection;
        this.onFailure = onFailure;
        this.threadName = threadName;
    }

    /** False where this connection has ended. */
    boolean enqueue(Call call) {
        synchronized (lock) {
            if (closed) {
                return false;
            }
            call.assignTo(connection);
            queue.add(call);
            return true;
        }
    }

    void flush() {
        synchronized (lock) {
            if (draining || closed || queue.isEmpty()) {
                return;
            }
            draining = true;
        }
        drain(false);
    }

    /** On the reader's thread: this call was answered, so lightningd has read it and all before it. */
    void answered(Call call) {
        consumedCost = Math.max(consumedCost, call.consumedCost());
        unread.compareAndSet(call, null);
    }

    /** Whether lightningd has read all that was written. */
    boolean isAllRead() {
        return unread.get() == null;
    }

    private void drain(boolean mayWait) {
        try {
            for (int batches = 0; takeBatch(mayWait, batches); batches++) {
                writeBatch();
            }
        } catch (IOException | RuntimeException | Error e) {
            // an error too, as of a thread that is not to be had: nobody else would ever write again
            synchronized (lock) {
                closed = true;
                stopDraining();
            }
            onFailure.accept(e);
        }
    }

    private boolean takeBatch(boolean mayWait, int batches) {
        synchronized (lock) {
            if (closed || queue.isEmpty()) {
                stopDraining();
                return false;
            }
            if (!mayWait
                    && (ThreadUtil.isVirtualThread()
                            || batches == BATCHES_A_TURN
                            || !fits(queue.element().size()))) {
                handOver();
                return false;
            }
            batch.clear();
            int bytes = 0;
            do {
                bytes += queue.element().size();
                batch.add(queue.remove());
            } while (!queue.isEmpty()
                    && bytes + queue.element().size() <= BATCH_BYTES
                    && (mayWait || fits(bytes + queue.element().size())));
            return true;
        }
    }

    private boolean fits(int bytes) {
        return bytes <= BATCH_BYTES && writtenCost - consumedCost + cost(bytes) <= room;
    }

    private static long cost(long bytes) {
        return 2 * bytes + WRITE_COST * (1 + bytes / KERNEL_BUFFER);
    }

    private void handOver() {
        handedOver = true;
        if (patient == null) {
            patient = new Thread(this::drainPatiently, threadName);
            patient.setDaemon(true);
            patient.start();
        }
        lock.notifyAll();
    }

    private void drainPatiently() {
        while (awaitHandOver()) {
            drain(true);
        }
    }

    private boolean awaitHandOver() {
        synchronized (lock) {
            while (!handedOver && !closed) {
                await();
            }
            if (closed && handedOver) {
                stopDraining();
            }
            handedOver = false;
            return !closed;
        }
    }

    private void stopDraining() {
        draining = false;
        lock.notifyAll();
    }

    private void writeBatch() throws IOException {
        long now = System.nanoTime();
        // before they count as written, for whoever gives one up must not be overtaken by what it led to
        unread.set(batch.get(batch.size() - 1));
        batch.removeIf(call -> !call.beginWriting(now));
        if (batch.isEmpty()) {
            return;
        }
        account();
        unread.set(batch.get(batch.size() - 1));
        byte[] bytes = batch.size() == 1 ? batch.get(0).takeBytes() : joined();
        int length = batch.stream().mapToInt(Call::size).sum();
        for (int from = 0; from < length; from += BATCH_BYTES) {
            output.write(bytes, from, Math.min(BATCH_BYTES, length - from));
        }
    }

    /** The kernel frees a write as a whole, so only its last request's answer tells that it is gone. */
    private void account() {
        long before = writtenCost;
        writtenCost += cost(batch.stream().mapToInt(Call::size).sum());
        for (Call call : batch) {
            call.whenAnswered(before);
        }
        batch.get(batch.size() - 1).whenAnswered(writtenCost);
    }

    private byte[] joined() {
        if (buffer.length == 0) {
            buffer = new byte[BATCH_BYTES];
        }
        int length = 0;
        for (Call call : batch) {
            byte[] request = call.takeBytes();
            System.arraycopy(request, 0, buffer, length, request.length);
            length += request.length;
        }
        return buffer;
    }

    /** Nothing more is begun; what waits is not told. */
    void close() {
        synchronized (lock) {
            closed = true;
            queue.clear();
            lock.notifyAll();
        }
    }

    /** Waits for what is being written to be written, or to fail. */
    void awaitEnd() {
        synchronized (lock) {
            while (draining) {
                await();
            }
        }
    }

    private void await() {
        try {
            lock.wait();
        } catch (InterruptedException e) {
            // these threads end with the connection, and nobody else has a reason to interrupt them
        }
    }
}

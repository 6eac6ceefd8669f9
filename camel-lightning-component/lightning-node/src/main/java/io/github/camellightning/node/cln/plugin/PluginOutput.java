// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What we say to lightningd, in order, each message ended by an empty line. The thread that reads from lightningd writes what that led to
 * itself, before it reads on, for to wake another thread takes longer than all the rest of a hook call; what other threads say a thread of
 * this output's writes.
 */
final class PluginOutput {

    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int BATCH_BYTES = 64 * 1024;

    private final OutputStream out;
    private final Consumer<IOException> broken;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    /** Of the one who writes. */
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();

    private @Nullable Thread reader;
    private boolean writing;
    private boolean closed;

    /** @param broken told, once, that nothing can be written any more */
    PluginOutput(OutputStream out, Consumer<IOException> broken) {
        this.out = out;
        this.broken = broken;
    }

    /** Says that this thread reads, and will call {@link #flush} or {@link #handOver} whenever it is to read on. */
    synchronized void readerIsThisThread() {
        reader = Thread.currentThread();
    }

    synchronized void add(byte[] message) {
        waiting.add(message);
        if (Thread.currentThread() != reader) {
            notifyAll();
        }
    }

    /** On the reader's thread: writes what waits, unless somebody is at it. */
    void flush() {
        while (take(false)) {
            write();
        }
    }

    /** On the reader's thread: has what waits written. */
    synchronized void handOver() {
        if (!waiting.isEmpty()) {
            notifyAll();
        }
    }

    /** Writes until {@link #close}. */
    void run() {
        while (take(true)) {
            write();
        }
    }

    /** Begins to write as much as is there; false where there is nothing to do. */
    private synchronized boolean take(boolean patient) {
        while (patient && !closed && (writing || waiting.isEmpty())) {
            try {
                wait();
            } catch (InterruptedException e) {
                // this thread ends with the session, and nobody else has a reason to interrupt it
            }
        }
        if (closed || writing || waiting.isEmpty()) {
            return false;
        }
        writing = true;
        while (!waiting.isEmpty() && batch.size() <= BATCH_BYTES) {
            batch.writeBytes(waiting.remove());
            batch.writeBytes(END);
        }
        return true;
    }

    private void write() {
        try {
            batch.writeTo(out);
            out.flush();
        } catch (IOException failure) {
            close();
            broken.accept(failure);
        } finally {
            batch.reset();
            written();
        }
    }

    private synchronized void written() {
        writing = false;
        if (!waiting.isEmpty() || closed) {
            notifyAll();
        }
    }

    /** What waits is lost. */
    synchronized void close() {
        closed = true;
        waiting.clear();
        notifyAll();
    }
}

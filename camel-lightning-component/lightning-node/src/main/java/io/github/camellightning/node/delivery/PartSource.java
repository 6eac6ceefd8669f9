// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The parts of a body, one asked for at a time, mostly in order. What is not in memory is read on a thread that may wait. */
final class PartSource {

    private final EnvelopeBody body;
    private final int partBytes;
    private final Executor readers;

    private @Nullable InputStream open;
    private long position;
    private boolean closed;

    PartSource(EnvelopeBody body, int partBytes, Executor readers) {
        this.body = body;
        this.partBytes = partBytes;
        this.readers = readers;
    }

    /** An empty body has one part, which is empty. */
    long count() {
        return Math.max(1, (body.size() + partBytes - 1) / partBytes);
    }

    long size() {
        return body.size();
    }

    CompletionStage<byte[]> read(long part) {
        long from = part * partBytes;
        int length = (int) Math.min(partBytes, body.size() - from);
        byte[] all = body.inMemory();
        if (all != null) {
            return CompletableFuture.completedFuture(
                    length == all.length ? all : Arrays.copyOfRange(all, (int) from, (int) from + length));
        }
        var read = new CompletableFuture<byte[]>();
        try {
            readers.execute(() -> {
                try {
                    read.complete(read(from, length));
                } catch (IOException | RuntimeException failure) {
                    read.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException stopped) {
            read.completeExceptionally(stopped);
        }
        return read;
    }

    private synchronized byte[] read(long from, int length) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        if (open == null || position != from) {
            shut();
            open = body.open();
            open.skipNBytes(from);
            position = from;
        }
        byte[] bytes = open.readNBytes(length);
        position += bytes.length;
        if (bytes.length < length) {
            throw new IOException("it ends after " + position + " bytes where it was to have " + body.size());
        }
        return bytes;
    }

    private void shut() {
        InputStream closing = open;
        open = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (IOException nothingLost) {
                // all that was wanted of it was read
            }
        }
    }

    void close() {
        if (body.inMemory() != null) {
            return;
        }
        try {
            readers.execute(this::closeNow);
        } catch (RejectedExecutionException stopped) {
            closeNow();
        }
    }

    private synchronized void closeNow() {
        closed = true;
        shut();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camellightning.node.NotConnectedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What we say to lightningd, in order, each message ended by an empty line, as many in one write as are there. The thread that reads from lightningd
 * writes what that led to itself, before it reads on, for to wake another thread takes longer than all the rest of a hook call; what other threads say
 * a thread of this output's writes.
 */
final class PluginOutput {

    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];
    private static final int BATCH_BYTES = 64 * 1024;

    /** @param written told once it is written, or that it never will be */
    private record Message(byte[] bytes, @Nullable CompletableFuture<Void> written) {

        void lost() {
            if (written != null) {
                written.completeExceptionally(
                        new NotConnectedException("Not written: this application is no plugin of lightningd any more"));
            }
        }
    }

    private final OutputStream out;
    private final JsonMapper json;
    private final Consumer<String> broken;
    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    /** Of the one who writes. */
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();

    private final List<Message> toTell = new ArrayList<>();

    private @Nullable Thread reader;
    private boolean writing;
    private boolean ended;

    /** @param broken told why, once, nothing can be written any more */
    PluginOutput(OutputStream out, JsonMapper json, Consumer<String> broken) {
        this.out = out;
        this.json = json;
        this.broken = broken;
    }

    /** Says that this thread reads, and will call {@link #flush} or {@link #handOver} whenever it is to read on. */
    synchronized void readerIsThisThread() {
        reader = Thread.currentThread();
    }

    void add(JsonNode message) {
        add(new Message(bytes(message), null));
    }

    CompletionStage<Void> addAndTell(JsonNode message) {
        var written = new CompletableFuture<Void>();
        add(new Message(bytes(message), written));
        return written;
    }

    CompletionStage<Void> flushed() {
        var written = new CompletableFuture<Void>();
        add(new Message(NOTHING, written));
        return written;
    }

    private byte[] bytes(JsonNode message) {
        try {
            return json.writeValueAsBytes(message);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void add(Message message) {
        if (!enqueue(message)) {
            message.lost();
        }
    }

    private synchronized boolean enqueue(Message message) {
        if (ended) {
            return false;
        }
        waiting.add(message);
        if (Thread.currentThread() != reader) {
            notifyAll();
        }
        return true;
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

    /** Writes until {@link #end}. */
    void run() {
        while (take(true)) {
            write();
        }
    }

    /** Begins to write as much as is there; false where there is nothing to do. */
    private synchronized boolean take(boolean patient) {
        while (patient && !ended && (writing || waiting.isEmpty())) {
            try {
                wait();
            } catch (InterruptedException e) {
                // this thread ends with the session, and nobody else has a reason to interrupt it
            }
        }
        if (ended || writing || waiting.isEmpty()) {
            return false;
        }
        writing = true;
        while (!waiting.isEmpty() && batch.size() <= BATCH_BYTES) {
            Message next = waiting.remove();
            if (next.written != null) {
                toTell.add(next);
            }
            if (next.bytes.length > 0) {
                batch.writeBytes(next.bytes);
                batch.writeBytes(END);
            }
        }
        return true;
    }

    private void write() {
        IOException failure = null;
        try {
            batch.writeTo(out);
            out.flush();
        } catch (IOException broke) {
            failure = broke;
        }
        List<Message> told = written();
        for (Message message : told) {
            if (failure == null && message.written != null) {
                message.written.complete(null);
            } else {
                message.lost();
            }
        }
        if (failure != null) {
            end();
            broken.accept("the pipe to lightningd broke: " + failure.getMessage());
        }
    }

    private synchronized List<Message> written() {
        List<Message> told = List.copyOf(toTell);
        toTell.clear();
        batch.reset();
        writing = false;
        if (!waiting.isEmpty() || ended) {
            notifyAll();
        }
        return told;
    }

    /** What still waits is lost. */
    void end() {
        List<Message> lost;
        synchronized (this) {
            ended = true;
            lost = List.copyOf(waiting);
            waiting.clear();
            notifyAll();
        }
        lost.forEach(Message::lost);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.TimeoutException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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
    private static final int LARGEST_KEPT = 1024 * 1024;
    /** What a pipe or a socket takes at once where the other end reads nothing meanwhile. */
    private static final int READER_BYTES = 16 * 1024;

    static final int MAX_MESSAGES = 1_024;
    static final long MAX_BYTES = 16L * 1024 * 1024;

    /** @param written told once it is written, or that it never will be */
    private record Message(byte[] bytes, @Nullable CompletableFuture<Void> written) {

        void lost() {
            fail(new NotConnectedException("Not written: this application is no plugin of lightningd any more"));
        }

        void halfWritten() {
            fail(new OutcomeUnknownException("All or a part of it was written, and then the pipe to lightningd broke"));
        }

        void fail(LightningException reason) {
            if (written != null) {
                written.completeExceptionally(reason);
            }
        }
    }

    private final OutputStream out;
    private final JsonMapper json;
    private final Consumer<String> broken;
    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    /** Of the one who writes. */
    private ByteArrayOutputStream batch = new ByteArrayOutputStream();

    private final List<Message> toTell = new ArrayList<>();

    private @Nullable Thread reader;
    private long waitingBytes;
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

    /** @throws JsonProcessingException where it cannot be written as JSON */
    void add(JsonNode message) throws JsonProcessingException {
        add(new Message(json.writeValueAsBytes(message), null));
    }

    /**
     * @param deadline how long it may wait
     * @return fails with {@link QueueFullException} where more waits than lightningd may leave unread
     * @throws JsonProcessingException where it cannot be written as JSON
     */
    CompletionStage<Void> addAndTell(JsonNode message, Duration deadline) throws JsonProcessingException {
        var told = new CompletableFuture<Void>();
        var added = new Message(json.writeValueAsBytes(message), told);
        if (isFull()) {
            added.fail(new QueueFullException("Not sent: lightningd does not read, and " + MAX_MESSAGES
                    + " messages, or " + MAX_BYTES + " bytes, wait for it already"));
            return told;
        }
        add(added);
        if (!told.isDone()) {
            var timer = new CompletableFuture<Void>();
            timer.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS)
                    .exceptionallyAsync(late -> expire(added, deadline));
            told.whenComplete((written, failure) -> timer.complete(null));
        }
        return told;
    }

    private synchronized boolean isFull() {
        return waiting.size() >= MAX_MESSAGES || waitingBytes >= MAX_BYTES;
    }

    private @Nullable Void expire(Message late, Duration deadline) {
        boolean waited;
        synchronized (this) {
            waited = waiting.remove(late);
            if (waited) {
                waitingBytes -= late.bytes.length;
            }
        }
        late.fail(
                waited
                        ? new TimeoutException("Not sent: lightningd did not read within " + deadline)
                        : new OutcomeUnknownException("lightningd did not read all of it within " + deadline));
        return null;
    }

    CompletionStage<Void> flushed() {
        var written = new CompletableFuture<Void>();
        add(new Message(NOTHING, written));
        return written;
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
        waitingBytes += message.bytes.length;
        if (Thread.currentThread() != reader) {
            notifyAll();
        }
        return true;
    }

    /** On the reader's thread: writes what waits, unless somebody is at it or it is so much that lightningd might have to be read from meanwhile. */
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
        try {
            while (take(true)) {
                write();
            }
        } catch (Throwable failure) {
            // whoever waits for this output would wait for good
            end();
            broken.accept("this application failed: " + failure);
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
        if (!patient && waitingBytes > READER_BYTES) {
            notifyAll();
            return false;
        }
        writing = true;
        while (!waiting.isEmpty() && batch.size() <= BATCH_BYTES) {
            Message next = waiting.remove();
            waitingBytes -= next.bytes.length;
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
        Throwable failure = null;
        try {
            // whoever was told of the batch before may have left this mark, which would close the channel
            Thread.interrupted();
            batch.writeTo(out);
            out.flush();
        } catch (Throwable broke) {
            // an error too: a plugin that writes no more must not look alive
            failure = broke;
        }
        List<Message> told = written();
        for (Message message : told) {
            if (failure != null) {
                message.halfWritten();
            } else if (message.written != null) {
                message.written.complete(null);
            }
        }
        if (failure != null) {
            end();
            broken.accept("the pipe to lightningd broke: "
                    + (failure instanceof IOException ? failure.getMessage() : failure.toString()));
        }
    }

    private synchronized List<Message> written() {
        List<Message> told = List.copyOf(toTell);
        toTell.clear();
        if (batch.size() > LARGEST_KEPT) {
            batch = new ByteArrayOutputStream();
        } else {
            batch.reset();
        }
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
            waitingBytes = 0;
            notifyAll();
        }
        lost.forEach(Message::lost);
    }
}

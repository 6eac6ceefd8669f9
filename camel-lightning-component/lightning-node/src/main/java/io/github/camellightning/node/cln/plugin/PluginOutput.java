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

/** What we say to lightningd: messages in their order, each ended by an empty line, as many in one write as are there. */
final class PluginOutput {

    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];
    private static final int BATCH_BYTES = 64 * 1024;

    /** @param written told once it is written, or that it never will be */
    private record Message(byte[] bytes, @Nullable CompletableFuture<Void> written) {}

    private final OutputStream out;
    private final JsonMapper json;
    private final Consumer<String> broken;
    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private boolean ended;

    PluginOutput(OutputStream out, JsonMapper json, Consumer<String> broken) {
        this.out = out;
        this.json = json;
        this.broken = broken;
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
        synchronized (waiting) {
            if (!ended) {
                waiting.add(message);
                waiting.notify();
                return;
            }
        }
        lost(message);
    }

    private static void lost(Message message) {
        if (message.written != null) {
            message.written.completeExceptionally(
                    new NotConnectedException("Not written: this application is no plugin of lightningd any more"));
        }
    }

    /** Writes until the end. */
    void run() {
        var batch = new ByteArrayOutputStream();
        List<CompletableFuture<Void>> told = new ArrayList<>();
        try {
            while (collect(batch, told)) {
                batch.writeTo(out);
                out.flush();
                batch.reset();
                told.forEach(written -> written.complete(null));
                told.clear();
            }
        } catch (IOException failure) {
            broken.accept("the pipe to lightningd broke: " + failure.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            told.forEach(unwritten -> lost(new Message(NOTHING, unwritten)));
        }
    }

    /** Waits for messages and takes as many as are there. */
    private boolean collect(ByteArrayOutputStream batch, List<CompletableFuture<Void>> told)
            throws InterruptedException {
        synchronized (waiting) {
            while (waiting.isEmpty() && !ended) {
                waiting.wait();
            }
            for (Message next = waiting.poll(); next != null; next = waiting.poll()) {
                if (next.written != null) {
                    told.add(next.written);
                }
                if (next.bytes.length > 0) {
                    batch.writeBytes(next.bytes);
                    batch.writeBytes(END);
                }
                if (batch.size() > BATCH_BYTES) {
                    break;
                }
            }
            return batch.size() > 0 || !told.isEmpty();
        }
    }

    /** What still waits is lost. */
    void end() {
        List<Message> lost;
        synchronized (waiting) {
            ended = true;
            lost = List.copyOf(waiting);
            waiting.clear();
            waiting.notify();
        }
        lost.forEach(PluginOutput::lost);
    }
}

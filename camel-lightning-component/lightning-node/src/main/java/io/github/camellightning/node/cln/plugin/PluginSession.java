// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run as a plugin: JSON-RPC requests and notifications from lightningd on one stream, our answers on the other, each ended by an empty
 * line. A thread of its own reads, another writes, so that a daemon that does not read holds up nobody but itself.
 */
public final class PluginSession {

    private static final Logger LOG = LoggerFactory.getLogger(PluginSession.class);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int BATCH_BYTES = 64 * 1024;

    /** htlc_accepted and db_write can be long; what lightningd itself sends is not ours to refuse. */
    private static final JsonMapper JSON = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private final InputStream in;
    private final OutputStream out;
    private final PluginHandler handler;
    private final Runnable close;
    private final ArrayDeque<byte[]> answers = new ArrayDeque<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    /** @param close gives up the streams, and wakes whoever waits for them */
    public PluginSession(InputStream in, OutputStream out, PluginHandler handler, Runnable close) {
        this.in = in;
        this.out = out;
        this.handler = handler;
        this.close = close;
    }

    public void start(String name) {
        daemon(this::read, name + "-reader");
        daemon(this::write, name + "-writer");
    }

    private static void daemon(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (MappingIterator<JsonNode> messages = JSON.readerFor(JsonNode.class).readValues(in)) {
            while (messages.hasNextValue()) {
                received(messages.nextValue());
            }
            end("lightningd closed the pipe");
        } catch (JsonProcessingException garbage) {
            // its message quotes the source, which may carry anything
            end("lightningd sent what is no JSON");
        } catch (IOException | RuntimeException broken) {
            end("the pipe to lightningd broke: " + broken.getMessage());
        }
    }

    private void received(JsonNode message) {
        String method = message.path("method").asText();
        JsonNode id = message.get("id");
        JsonNode params = message.path("params");
        if (id == null) {
            notified(method, params);
            return;
        }
        switch (method) {
            case "getmanifest" -> answer(id, "result", handler.manifest().toJson());
            case "init" -> {
                answer(id, "result", JsonNodeFactory.instance.objectNode());
                handler.initialised(params.path("configuration"));
            }
            default -> {
                CompletionStage<JsonNode> answer = handler.hook(method, params);
                answer.whenComplete((result, failure) -> {
                    if (failure == null) {
                        answer(id, "result", result);
                    } else {
                        LOG.error("No answer for {} of lightningd: it will wait", method, failure);
                    }
                });
            }
        }
    }

    private void notified(String topic, JsonNode params) {
        try {
            handler.notification(topic, params);
        } catch (RuntimeException failure) {
            LOG.warn("A listener failed on the notification {}: {}", topic, failure.toString());
        }
    }

    private void answer(JsonNode id, String member, JsonNode value) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("jsonrpc", "2.0").set("id", id);
        answer.set(member, value);
        byte[] bytes;
        try {
            bytes = JSON.writeValueAsBytes(answer);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
        synchronized (answers) {
            answers.add(bytes);
            answers.notify();
        }
    }

    private void write() {
        var batch = new ByteArrayOutputStream();
        try {
            while (collect(batch)) {
                batch.writeTo(out);
                out.flush();
                batch.reset();
            }
        } catch (IOException broken) {
            end("the pipe to lightningd broke: " + broken.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for answers and takes as many as are there. */
    private boolean collect(ByteArrayOutputStream batch) throws InterruptedException {
        synchronized (answers) {
            while (answers.isEmpty() && !ended.get()) {
                answers.wait();
            }
            for (byte[] next = answers.poll(); next != null; next = answers.poll()) {
                batch.writeBytes(next);
                batch.writeBytes(END);
                if (batch.size() > BATCH_BYTES) {
                    break;
                }
            }
            return batch.size() > 0;
        }
    }

    /** Ends the session from our side; lightningd then drops the plugin. What waits to be written may be lost. */
    public void end(String reason) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        synchronized (answers) {
            answers.notify();
        }
        close.run();
        handler.ended(reason);
    }
}

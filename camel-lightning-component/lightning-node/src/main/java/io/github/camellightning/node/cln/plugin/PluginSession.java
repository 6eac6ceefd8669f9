// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.jsonrpc.ProtocolException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run as a plugin: JSON-RPC requests and notifications from lightningd on one stream, our answers and notifications on the other. Threads of its
 * own read and write, so that a daemon that does not read holds up nobody but itself.
 */
public final class PluginSession {

    private static final Logger LOG = LoggerFactory.getLogger(PluginSession.class);

    /**
     * htlc_accepted and the params of commands can be long; what lightningd itself sends is not ours to refuse. It does not understand surrogate pairs
     * that are escaped, and takes the first of two members of one name.
     */
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNumberLength(10_000)
                            .build())
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .build())
            .enable(
                    DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final PluginInput in;
    private final PluginOutput out;
    private final PluginHandler handler;
    private final Runnable close;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Manifest told = Manifest.NOTHING;

    /** @param close gives up the streams, and wakes whoever waits for them */
    public PluginSession(InputStream in, OutputStream out, PluginHandler handler, Runnable close) {
        this.in = new PluginInput(new Answering(in), JSON);
        this.out = new PluginOutput(out, JSON, this::end);
        this.handler = handler;
        this.close = close;
    }

    public void start(String name) {
        handler.joined(this);
        try {
            daemon(new Reader(this::read, name + "-reader"));
            daemon(new Thread(out::run, name + "-writer"));
        } catch (Throwable noThread) {
            end("this application failed: " + noThread);
        }
    }

    private static void daemon(Thread thread) {
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Runs a task when the answers are written that the message which is being handled led to, where a session's reader asks; at once on any other thread.
     */
    public static void afterwards(Runnable task) {
        if (Thread.currentThread() instanceof Reader reader) {
            reader.afterwards.add(task);
        } else {
            task.run();
        }
    }

    private static final class Reader extends Thread {

        private final ArrayDeque<Runnable> afterwards = new ArrayDeque<>();

        Reader(Runnable read, String name) {
            super(read, name);
        }

        static void runAfterwards() {
            if (Thread.currentThread() instanceof Reader reader) {
                @Nullable Runnable task;
                while ((task = reader.afterwards.poll()) != null) {
                    try {
                        task.run();
                    } catch (Throwable failure) {
                        LOG.error(
                                "What was to be done after a message failed, a fault of this library. Report it with what follows",
                                failure);
                    }
                }
            }
        }
    }

    private void read() {
        out.readerIsThisThread();
        try {
            @Nullable JsonNode message;
            while ((message = in.next()) != null) {
                received(message);
            }
            end("lightningd closed the pipe");
        } catch (ProtocolException garbage) {
            end("lightningd sent what is no JSON");
        } catch (IOException broken) {
            end("the pipe to lightningd broke: " + broken.getMessage());
        } catch (Throwable failure) {
            // an error too: lightningd would wait for good for the answers of a plugin that reads no more
            LOG.error(
                    "What lightningd said could not be handled, the plugin ends and is started anew: a fault of this library. Report it with what follows",
                    failure);
            end("this application failed: " + failure);
        } finally {
            Reader.runAfterwards();
        }
    }

    private void received(JsonNode message) {
        String method = message.path("method").asText();
        JsonNode id = message.get("id");
        JsonNode params = message.path("params");
        if (id == null) {
            notified(method, params, message.path("origin").textValue());
            return;
        }
        switch (method) {
            case "getmanifest" -> handler.manifest().whenComplete((manifest, failure) -> introduce(id, manifest));
            case "init" -> {
                answer(id, "result", JsonNodeFactory.instance.objectNode());
                handler.initialised(params.path("configuration"));
            }
            default -> {
                if (told.hasMethod(method)) {
                    called(id, method, params);
                } else {
                    asked(id, method, params);
                }
            }
        }
    }

    private void introduce(JsonNode id, @Nullable Manifest manifest) {
        if (manifest == null) {
            end("nothing to be a plugin for");
            return;
        }
        told = manifest;
        answer(id, "result", manifest.toJson());
    }

    private void asked(JsonNode id, String hook, JsonNode params) {
        if (params.isMissingNode()) {
            LOG.warn(
                    "A call of the hook {} cannot be read, lightningd goes on as without us. Report it with the version of lightningd",
                    hook);
            answer(id, "result", handler.safeAnswer(hook, params));
            return;
        }
        stage(() -> handler.hook(hook, params)).whenComplete((result, failure) -> {
            if (failure != null) {
                LOG.error(
                        "No answer for {} of lightningd: it goes on as without us. See to the route that answers it",
                        hook,
                        failure);
            }
            if (failure != null || !answer(id, "result", result)) {
                answer(id, "result", handler.safeAnswer(hook, params));
            }
        });
    }

    private void called(JsonNode id, String method, JsonNode params) {
        if (params.isMissingNode()) {
            answer(id, "error", JsonRpcError.unreadable());
            return;
        }
        stage(() -> handler.method(method, params)).whenComplete((result, failure) -> {
            boolean answered = failure == null
                    ? answer(id, "result", result)
                    : answer(id, "error", JsonRpcError.of(method, failure));
            if (!answered) {
                answer(id, "error", JsonRpcError.internal());
            }
        });
    }

    private static CompletionStage<JsonNode> stage(Supplier<CompletionStage<JsonNode>> call) {
        try {
            return call.get();
        } catch (Throwable failure) {
            // an error too: whoever asked waits for an answer
            return CompletableFuture.failedFuture(failure);
        }
    }

    private void notified(String topic, JsonNode params, @Nullable String origin) {
        try {
            handler.notification(topic, params, origin);
        } catch (Throwable failure) {
            LOG.warn(
                    "A listener failed on the notification {}, which it has missed. Mend the listener: {}",
                    topic,
                    failure.toString());
        }
    }

    /** @return false where it cannot be written as JSON: nested too deeply, or of values that JSON does not know */
    private boolean answer(JsonNode id, String member, JsonNode value) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("jsonrpc", "2.0").set("id", id);
        answer.set(member, value);
        try {
            out.add(answer);
            return true;
        } catch (Throwable failure) {
            // an error too; its message may quote the answer
            LOG.warn(
                    "An answer cannot be written as JSON. See to the body that the route leaves: {}",
                    failure.getClass().getName());
            return false;
        }
    }

    /**
     * Sends a notification of ours. Completes when it is written.
     *
     * @param deadline how long lightningd may take to read it
     */
    public CompletionStage<Void> emit(String topic, JsonNode payload, Duration deadline) {
        ObjectNode notification = JsonNodeFactory.instance.objectNode();
        notification.put("jsonrpc", "2.0").put("method", topic).set("params", payload);
        try {
            return out.addAndTell(notification, deadline);
        } catch (JsonProcessingException refused) {
            return CompletableFuture.failedFuture(new InvalidMessageException("Invalid payload of the topic " + topic
                    + ": it is nested too deeply, or a value in it cannot be written as JSON"));
        }
    }

    /** Completes when all is written that was said until now. */
    public CompletionStage<Void> flushed() {
        return out.flushed();
    }

    /**
     * Answers before it waits for more. Where there is more already, the reader does not: a pump that has not got rid of it may not take what we write
     * before it has.
     */
    private final class Answering extends FilterInputStream {

        Answering(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (in.available() == 0) {
                out.flush();
            } else {
                out.handOver();
            }
            Reader.runAfterwards();
            // what that led to is not to wait until lightningd says something
            out.handOver();
            // a listener may have left this mark, which would close the channel
            Thread.interrupted();
            return in.read(bytes, offset, length);
        }
    }

    /** Ends the session from our side; lightningd then drops the plugin. What waits to be written may be lost. */
    public void end(String reason) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        out.end();
        close.run();
        handler.ended(reason);
    }
}

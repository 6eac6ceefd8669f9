// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a process that lightningd started as a plugin: where lightningd waits a minute for the answer to {@code getmanifest} while it starts itself, it
 * ends. So a process that is not ready to answer after 45 seconds says that it will be no plugin.
 */
public final class ManifestDeadline {

    public static final Duration PATIENCE = Duration.ofSeconds(45);

    private static final Logger LOG = LoggerFactory.getLogger(ManifestDeadline.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private enum State {
        OPEN,
        MET,
        OVER
    }

    private final InputStream in;
    private final OutputStream out;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    ManifestDeadline(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** From now on; where it was not lightningd that started this process, there is none. */
    public static ManifestDeadline begin() {
        var deadline =
                new ManifestDeadline(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
        if (System.getenv("LIGHTNINGD_PLUGIN") != null) {
            deadline.expireAfter(PATIENCE);
        }
        return deadline;
    }

    void expireAfter(Duration patience) {
        CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS, task -> {
                    var thread = new Thread(task, "lightning-plugin-deadline");
                    thread.setDaemon(true);
                    thread.start();
                })
                .execute(this::expire);
    }

    /** Whether it was in time: if so, who asks is the one to speak with lightningd. */
    public boolean meet() {
        return state.compareAndSet(State.OPEN, State.MET) || state.get() == State.MET;
    }

    void expire() {
        if (state.compareAndSet(State.OPEN, State.OVER)) {
            LOG.error(
                    "The node was not started within {}: this process is no plugin of lightningd. Start the context, with a route that uses the node, sooner",
                    PATIENCE);
            try (MappingIterator<JsonNode> messages =
                    JSON.readerFor(JsonNode.class).readValues(in)) {
                decline(messages);
            } catch (IOException gone) {
                LOG.debug("lightningd does not listen any more", gone);
            }
        }
    }

    private void decline(MappingIterator<JsonNode> messages) throws IOException {
        while (messages.hasNextValue()) {
            JsonNode message = messages.nextValue();
            if (message.path("method").asText().equals("getmanifest")) {
                ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
                answer.set("id", message.path("id"));
                answer.putObject("result")
                        .put("disable", "its routes were not started within " + PATIENCE.toSeconds() + " seconds");
                out.write((JSON.writeValueAsString(answer) + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                return;
            }
        }
    }
}

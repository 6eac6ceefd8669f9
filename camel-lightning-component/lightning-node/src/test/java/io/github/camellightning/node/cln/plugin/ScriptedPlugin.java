// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A run as a plugin, the command {@code orders}, whose listeners and whose lightningd the test is. Unless told otherwise it echoes params. */
final class ScriptedPlugin implements PluginHandler, AutoCloseable {

    interface Listener {
        CompletionStage<JsonNode> call(JsonNode params);
    }

    static final JsonNode SAFE = Json.read("{\"result\":\"continue\"}");

    final CompletableFuture<String> ended = new CompletableFuture<>();
    Listener method =
            params -> CompletableFuture.completedFuture(Json.emptyObject().set("you_said", params));
    Listener hook = method;
    Runnable notified = () -> {};
    private final PipedOutputStream toPlugin = new PipedOutputStream();
    final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private @Nullable PluginSession session;

    /** It has been asked for its manifest when this returns. */
    ScriptedPlugin start() throws IOException {
        return start(UnaryOperator.identity(), said);
    }

    ScriptedPlugin start(UnaryOperator<InputStream> in, OutputStream out) throws IOException {
        session = new PluginSession(in.apply(new PipedInputStream(toPlugin, 1 << 20)), out, this, () -> {});
        session.start("test");
        say("{\"jsonrpc\":\"2.0\",\"id\":\"manifest\",\"method\":\"getmanifest\",\"params\":{}}");
        return this;
    }

    void say(String message) throws IOException {
        say((message + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    void say(byte[] bytes) throws IOException {
        toPlugin.write(bytes);
        toPlugin.flush();
    }

    void call(String id, String params) throws IOException {
        say("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"method\":\"orders\",\"params\":" + params + "}");
    }

    void ask(String id, String params) throws IOException {
        say("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"method\":\"rpc_command\",\"params\":" + params + "}");
    }

    /** What it said, each message parsed. */
    List<JsonNode> said() {
        return said.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isEmpty())
                .map(Json::read)
                .toList();
    }

    /** The answer, where there is one. */
    @Nullable
    JsonNode answer(String id) {
        return said().stream()
                .filter(message -> message.path("id").asText().equals(id))
                .findFirst()
                .orElse(null);
    }

    PluginSession session() {
        if (session == null) {
            throw new IllegalStateException("not started");
        }
        return session;
    }

    @Override
    public CompletionStage<Manifest> manifest() {
        return CompletableFuture.completedFuture(new Manifest(
                List.of(Manifest.Hook.of("rpc_command")),
                List.of(new Manifest.Method("orders", "", "")),
                Set.of(),
                Set.of(),
                Set.of()));
    }

    @Override
    public void initialised(JsonNode configuration) {}

    @Override
    public CompletionStage<JsonNode> hook(String name, JsonNode params) {
        return hook.call(params);
    }

    @Override
    public JsonNode safeAnswer(String name, JsonNode params) {
        return SAFE;
    }

    @Override
    public CompletionStage<JsonNode> method(String name, JsonNode params) {
        return method.call(params);
    }

    @Override
    public void notification(String topic, JsonNode params, @Nullable String origin) {
        notified.run();
    }

    @Override
    public void ended(String reason) {
        ended.complete(reason);
    }

    @Override
    public void close() throws IOException {
        session().end("the test is over");
        toPlugin.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.testkit.lightningd.MessageReader.Unparseable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A running plugin: what it declared, what it was asked and has not answered yet. */
final class Plugin {

    enum State {
        AWAITING_MANIFEST("before replying to getmanifest"),
        AWAITING_INIT("before replying to init"),
        RUNNING("during normal operation"),
        GONE("after its end");

        private final String words;

        State(String words) {
            this.words = words;
        }
    }

    /** What becomes of a request to the plugin. */
    interface Request {
        void answered(Plugin plugin, Token reply);

        /** The plugin ended before it answered. */
        void unanswered();

        /** Progress, or a line for the log of whoever waits. */
        default void told(String method, Token params, Token id) {}
    }

    private static final Set<String> LOG_LEVELS =
            Set.of("trace", "debug", "info", "warn", "error", "broken", "unusual");
    private static final Manifest NONE =
            new Manifest(false, List.of(), List.of(), Set.of(), Set.of(), List.of(), Map.of(), null);

    private final Plugins plugins;
    private final Path path;
    private final MessageReader reader = new MessageReader();
    private final Map<String, Request> pending = new LinkedHashMap<>();
    private State state = State.AWAITING_MANIFEST;
    private Manifest manifest = NONE;
    private @Nullable PluginProcess process;

    Plugin(Plugins plugins, Path path) {
        this.plugins = plugins;
        this.path = path;
    }

    void start(Daemon daemon) throws IOException {
        var started = PluginProcess.start(
                path,
                daemon.settings().version(),
                daemon.networkDir(),
                bytes -> daemon.loop().execute(() -> received(bytes)),
                () -> daemon.loop().execute(this::ended));
        daemon.network().started(started);
        process = started;
    }

    Path path() {
        return path;
    }

    String shortName() {
        return path.getFileName().toString();
    }

    State state() {
        return state;
    }

    void state(State now) {
        state = now;
    }

    Manifest manifest() {
        return manifest;
    }

    void manifest(Manifest declared) {
        manifest = declared;
    }

    long pid() {
        return process == null ? -1 : process.pid();
    }

    boolean subscribes(String topic) {
        return subscribesByName(topic) || subscribesToAll(topic);
    }

    private boolean subscribesByName(String topic) {
        return manifest.subscriptions().contains(topic);
    }

    private boolean subscribesToAll(String topic) {
        return manifest.subscriptions().contains("*") && !topic.equals("log");
    }

    /** Once for each subscription that it meets: lightningd goes through those by name, then through those to all. */
    void tell(String topic, byte[] message) {
        if (state == State.RUNNING && subscribesByName(topic)) {
            send(message);
        }
        if (state == State.RUNNING && subscribesToAll(topic)) {
            send(message);
        }
    }

    void request(String id, byte[] message, Request request) {
        pending.put(id, request);
        send(message);
    }

    void send(byte[] message) {
        if (process != null) {
            process.send(message);
        }
    }

    /** Nothing of it is heard any more; what it owes is answered in its place. */
    void end() {
        state = State.GONE;
        if (process != null) {
            process.kill();
        }
        var owed = List.copyOf(pending.values());
        pending.clear();
        owed.forEach(Request::unanswered);
    }

    /** The node is dead: the plugin finds its pipes closed. */
    void abandon() {
        state = State.GONE;
        pending.clear();
        if (process != null) {
            process.letGo();
        }
    }

    /** At a shutdown nobody is told. */
    void forgetRequests() {
        pending.clear();
    }

    private void ended() {
        if (state != State.GONE) {
            plugins.kill(this, "exited " + state.words);
        }
    }

    String stateWords() {
        return state.words;
    }

    private void received(ByteBuffer bytes) {
        reader.append(bytes);
        try {
            for (var message = next(); message != null; message = next()) {
                handle(message);
            }
        } catch (Unparseable unparseable) {
            plugins.kill(this, unparseable.words());
        } catch (Manifest.Refused refused) {
            plugins.kill(this, refused.reason());
        }
    }

    private @Nullable Token next() throws Unparseable {
        return state == State.GONE ? null : reader.next();
    }

    private void handle(Token message) throws Manifest.Refused {
        var id = message.member("id");
        if (id == null) {
            notified(message);
            return;
        }
        var request = pending.remove(id.quoted());
        if (request != null) {
            request.answered(this, message);
        }
    }

    private void notified(Token message) throws Manifest.Refused {
        var method = message.member("method");
        var params = message.member("params");
        if (method == null || params == null) {
            throw new Manifest.Refused(
                    "Malformed JSON-RPC notification missing \"method\" or \"params\": " + message.quoted());
        }
        switch (method.text()) {
            case "log" -> log(params);
            case "message", "progress" -> passOn(method.text(), params);
            default -> plugins.emitted(this, method.text(), params);
        }
    }

    private void log(Token params) throws Manifest.Refused {
        var message = params.member("message");
        var level = params.member("level");
        if (message == null || !message.isString()) {
            throw new Manifest.Refused("Log notification from plugin doesn't have a string \"message\" field");
        }
        if (level != null && !LOG_LEVELS.contains(level.text())) {
            throw new Manifest.Refused("Unknown log-level " + level.quoted()
                    + ", valid values are \"trace\", \"debug\", \"info\", \"warn\", or \"error\".");
        }
        plugins.log(this, message.text());
    }

    private void passOn(String method, Token params) throws Manifest.Refused {
        var id = params.member("id");
        if (id == null) {
            throw new Manifest.Refused("JSON-RPC notify \"id\"-field is not present");
        }
        var request = pending.get(id.quoted());
        if (request != null) {
            request.told(method, params, id);
        }
    }

    static byte[] framed(String json) {
        return (json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}

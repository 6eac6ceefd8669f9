// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.testkit.lightningd.EventLoop.Timer;
import io.github.camellightning.testkit.lightningd.Plugin.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The plugins of a node: their start, their end, what all of them are told. */
final class Plugins {

    private static final Duration STARTUP_TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern NEEDS_ESCAPES = Pattern.compile("[\"\\\\\\x00-\\x1f]");

    private final Daemon daemon;
    private final List<Plugin> plugins = new ArrayList<>();
    /** Why it was not started, or null where it was. */
    private final Map<Plugin, Consumer<@Nullable String>> starting = new HashMap<>();

    private final Map<Plugin, Timer> timeouts = new HashMap<>();
    private final Map<Plugin, Runnable> whenGone = new HashMap<>();
    private final Map<String, Plugin> methods = new HashMap<>();
    private long nextRequest;

    Plugins(Daemon daemon) {
        this.daemon = daemon;
    }

    List<Plugin> all() {
        return List.copyOf(plugins);
    }

    boolean accepts(int type) {
        return plugins.stream()
                .anyMatch(plugin -> plugin.state() == State.RUNNING
                        && plugin.manifest().customMessages().contains(type));
    }

    /**
     * Starts it and hands it what the caller gave along.
     *
     * @param started told once it runs, or why it does not
     */
    void start(Path path, @Nullable String callId, Map<String, Token> options, Consumer<@Nullable String> started) {
        var plugin = new Plugin(this, path);
        try {
            plugin.start(daemon);
        } catch (IOException notStarted) {
            started.accept("opening pipe: " + notStarted.getMessage());
            return;
        }
        plugins.add(plugin);
        starting.put(plugin, started);
        timeOut(plugin);
        var params = Json.object().put("allow-deprecated-apis", false);
        request(plugin, callId, "getmanifest", params, new Plugin.Request() {
            @Override
            public void answered(Plugin answering, Token reply) {
                configure(answering, reply, options);
            }

            @Override
            public void unanswered() {
                daemon.log(plugin.shortName() + " ended without a manifest");
            }
        });
    }

    private void configure(Plugin plugin, Token reply, Map<String, Token> options) {
        try {
            var manifest = Manifest.parse(reply);
            if (manifest.disabled() != null) {
                throw new Manifest.Refused("disabled itself: " + manifest.disabled());
            }
            var values = manifest.optionValues(options);
            plugin.manifest(manifest);
            register(plugin, manifest);
            if (!manifest.dynamic()) {
                throw new Manifest.Refused("Not a dynamic plugin");
            }
            init(plugin, values);
        } catch (Manifest.Refused refused) {
            kill(plugin, refused.reason());
        }
    }

    private void register(Plugin plugin, Manifest manifest) throws Manifest.Refused {
        for (var method : manifest.methods()) {
            refuseTaken(method.name());
            var usage = readable(method);
            methods.put(method.name(), plugin);
            daemon.commands().add(method.name(), usage, (call, params) -> dispatch(plugin, method.name(), call));
        }
        for (var hook : manifest.hooks()) {
            daemon.hooks().register(plugin, hook);
        }
    }

    private void refuseTaken(String method) throws Manifest.Refused {
        var owner = methods.get(method);
        if (owner != null) {
            throw new Manifest.Refused("Could not register method \"" + method
                    + "\", a method with that name is already registered by plugin " + owner.path());
        }
        if (daemon.commands().has(method)) {
            daemon.wouldHaveCrashed("a plugin's manifest has the rpcmethod '" + method + "', which lightningd has"
                    + " itself: it looks for the plugin that brought it, finds none and dies of a segmentation fault");
            throw new Manifest.Refused("Could not register method \"" + method + "\"");
        }
    }

    private String readable(Manifest.Method method) throws Manifest.Refused {
        var usage = Json.unescapeShort(method.usage());
        if (usage == null) {
            daemon.wouldHaveCrashed("a plugin's manifest has the usage "
                    + method.usage().quoted()
                    + " of the rpcmethod '" + method.name() + "', with an escape that lightningd does not know, such as"
                    + " \\u: it takes the name for another plugin's, finds none and dies of a segmentation fault");
            throw new Manifest.Refused("Could not register method \"" + method.name() + "\"");
        }
        return usage;
    }

    private void init(Plugin plugin, ObjectNode options) {
        timeOut(plugin);
        plugin.state(State.AWAITING_INIT);
        var params = Json.object();
        params.set("options", options);
        params.set("configuration", daemon.configuration());
        request(plugin, null, "init", params, new Plugin.Request() {
            @Override
            public void answered(Plugin answering, Token reply) {
                initialised(answering, reply);
            }

            @Override
            public void unanswered() {
                daemon.log(plugin.shortName() + " ended before it was initialised");
            }
        });
    }

    private void initialised(Plugin plugin, Token reply) {
        var result = reply.member("result");
        var disable = result == null ? null : result.member("disable");
        if (disable != null) {
            kill(plugin, "disabled itself at init: " + disable.text());
            return;
        }
        plugin.state(State.RUNNING);
        cancelTimeout(plugin);
        var started = starting.remove(plugin);
        if (started != null) {
            started.accept(null);
        }
        tellAll("plugin_started", described(plugin));
    }

    private static ObjectNode described(Plugin plugin) {
        var description = Json.object()
                .put("plugin_name", plugin.shortName())
                .put("plugin_path", plugin.path().toString());
        var methods = description.putArray("methods");
        plugin.manifest().methods().forEach(method -> methods.add(method.name()));
        return description;
    }

    private void dispatch(Plugin plugin, String name, Call call) {
        call.actNow();
        var id = requestId(call.id(), name);
        var message = call.request().with(call.idToken(), id);
        byte[] framed = Arrays.copyOf(message, message.length + 2);
        framed[message.length] = '\n';
        framed[message.length + 1] = '\n';
        plugin.request(id, framed, new Plugin.Request() {
            @Override
            public void answered(Plugin answering, Token reply) {
                var replied = reply.member("id");
                call.raw(replied == null ? reply.bytes() : reply.with(replied, call.id()));
            }

            @Override
            public void unanswered() {
                call.raw(Json.ascii("{\"jsonrpc\": \"2.0\",\"id\": " + call.id() + ",\"error\": {\"code\":"
                        + RpcException.PLUGIN_TERMINATED
                        + ", \"message\":\"Plugin terminated before replying to RPC call.\"}}"));
            }

            @Override
            public void told(String method, Token params, Token idOfCall) {
                call.tell(method, params.with(idOfCall, call.id()));
            }
        });
    }

    /** Asks a plugin; {@code prefix} is the id of the call behind it, as its client wrote it. */
    void request(Plugin plugin, @Nullable String prefix, String method, ObjectNode params, Plugin.Request request) {
        var id = requestId(prefix, method);
        plugin.request(
                id,
                Plugin.framed("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":"
                        + Json.text(params) + "}"),
                request);
    }

    /** In quotes; a prefix that would need escapes is none. */
    String requestId(@Nullable String prefix, String method) {
        long number = nextRequest++;
        if (prefix == null) {
            return "\"cln:" + method + "#" + number + "\"";
        }
        var bare = prefix.startsWith("\"") ? prefix.substring(1, prefix.length() - 1) : prefix;
        var told = NEEDS_ESCAPES.matcher(bare).find() ? "weird-id" : bare;
        return "\"" + told + "/cln:" + method + "#" + number + "\"";
    }

    /** Kills it; whoever waits for its start hears why. */
    void kill(Plugin plugin, String reason) {
        if (plugin.state() == State.GONE) {
            return;
        }
        daemon.log("Killing plugin " + plugin.shortName() + ": " + reason);
        plugins.remove(plugin);
        daemon.hooks().remove(plugin);
        forgetMethods(plugin);
        cancelTimeout(plugin);
        plugin.end();
        var started = starting.remove(plugin);
        if (started != null) {
            started.accept(reason);
        }
        var gone = whenGone.remove(plugin);
        if (gone != null) {
            gone.run();
        }
        tellAll("plugin_stopped", described(plugin));
    }

    private void forgetMethods(Plugin plugin) {
        methods.entrySet().removeIf(method -> {
            boolean its = method.getValue() == plugin;
            if (its) {
                daemon.commands().remove(method.getKey());
            }
            return its;
        });
    }

    /** Stops it: at once, or, where it wants to hear of a shutdown, when it has ended or after a while. */
    void stop(Plugin plugin, Duration patience, Runnable stopped) {
        if (plugin.state() != State.RUNNING || !plugin.subscribes("shutdown")) {
            kill(plugin, "stopped by lightningd via RPC");
            stopped.run();
            return;
        }
        whenGone.put(plugin, stopped);
        plugin.send(notification("shutdown", Json.object()));
        daemon.loop().after(patience, () -> kill(plugin, "Timeout on shutdown: killing anyway"));
    }

    /** A native topic: what it is about stands in an object of that name. */
    void tellAll(String topic, ObjectNode about) {
        byte[] message = notification(topic, about);
        plugins.forEach(plugin -> plugin.tell(topic, message));
    }

    private static byte[] notification(String topic, ObjectNode about) {
        return Plugin.framed("{\"jsonrpc\":\"2.0\",\"method\":\"" + topic + "\",\"params\":{\"" + topic + "\":"
                + Json.text(about) + "}}");
    }

    /** A plugin's own topic. */
    void emitted(Plugin origin, String topic, Token params) {
        if (!origin.manifest().topics().contains(topic)) {
            daemon.log("Plugin " + origin.shortName() + " attempted to send a notification to topic \"" + topic
                    + "\" it hasn't declared in its manifest, not forwarding to subscribers.");
            return;
        }
        byte[] message = Plugin.framed("{\"jsonrpc\":\"2.0\",\"method\":\"" + topic + "\",\"origin\":\""
                + origin.shortName() + "\",\"params\":" + params.quoted() + "}");
        plugins.forEach(plugin -> plugin.tell(topic, message));
    }

    void log(Plugin plugin, String line) {
        daemon.log("plugin-" + plugin.shortName() + ": " + line);
    }

    /** The end of the node: whoever wants to hear of it gets some time. */
    void shutDown(Duration patience, Runnable done) {
        for (var plugin : all()) {
            plugin.forgetRequests();
            stop(plugin, patience, () -> {
                if (plugins.isEmpty()) {
                    done.run();
                }
            });
        }
        if (plugins.isEmpty()) {
            done.run();
        }
    }

    /** The node is dead. */
    void abandon() {
        plugins.forEach(Plugin::abandon);
        plugins.clear();
    }

    private void timeOut(Plugin plugin) {
        cancelTimeout(plugin);
        timeouts.put(
                plugin, daemon.loop().after(STARTUP_TIMEOUT, () -> kill(plugin, "timed out " + plugin.stateWords())));
    }

    private void cancelTimeout(Plugin plugin) {
        var timeout = timeouts.remove(plugin);
        if (timeout != null) {
            timeout.cancel();
        }
    }
}

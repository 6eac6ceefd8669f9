// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code plugin start}, {@code stop} and {@code list}. */
final class PluginCommands {

    private static final String USAGE = "subcommand=start|stop|startdir|rescan|list";

    private final Daemon daemon;
    private final Plugins plugins;

    PluginCommands(Daemon daemon, Commands commands) {
        this.daemon = daemon;
        this.plugins = daemon.plugins();
        commands.add("plugin", USAGE, this::plugin);
    }

    private void plugin(Call call, Token given) throws RpcException {
        var subcommand =
                Params.andMore(given, "subcommand").require("subcommand").text();
        switch (subcommand) {
            case "start" -> start(call, given);
            case "stop" -> stop(call, given);
            case "list" -> {
                Params.of(given, "subcommand");
                call.actNow();
                call.succeed(list("list"));
            }
            default -> throw RpcException.invalidParams("Unknown subcommand '" + subcommand + "'");
        }
    }

    private void start(Call call, Token given) throws RpcException {
        var name = Params.andMore(given, "subcommand plugin").require("plugin").text();
        if (given.kind() == Token.Kind.ARRAY && given.children().size() != 2) {
            throw RpcException.invalidParams("Extra parameters must be in object");
        }
        var path = executable(name);
        for (var running : plugins.all()) {
            if (running.path().equals(path)) {
                throw RpcException.invalidParams(path + ": Invalid argument");
            }
        }
        call.actNow();
        plugins.start(path, call.id(), options(given), problem -> {
            if (problem == null) {
                call.succeed(list("start"));
            } else {
                call.fail(new RpcException(RpcException.PLUGIN_ERROR, path + ": " + problem));
            }
        });
    }

    private Path executable(String name) throws RpcException {
        var path = daemon.networkDir().resolve(name);
        if (!Files.isExecutable(path)) {
            path = daemon.dir().resolve("plugins").resolve(name);
        }
        if (!Files.isExecutable(path)) {
            throw RpcException.invalidParams(path + " is not executable: "
                    + (Files.exists(path) ? "Permission denied" : "No such file or directory"));
        }
        try {
            return path.toRealPath();
        } catch (IOException gone) {
            throw new RpcException(RpcException.INVALID_PARAMS, path + ": No such file or directory");
        }
    }

    private static Map<String, Token> options(Token given) {
        Map<String, Token> options = new LinkedHashMap<>();
        if (given.kind() == Token.Kind.OBJECT) {
            var members = given.children();
            for (int i = 0; i + 1 < members.size(); i += 2) {
                options.put(members.get(i).text(), members.get(i + 1));
            }
            options.remove("subcommand");
            options.remove("plugin");
        }
        return options;
    }

    private void stop(Call call, Token given) throws RpcException {
        var name = Params.of(given, "subcommand plugin").require("plugin").text();
        var plugin = find(name);
        if (plugin == null) {
            throw RpcException.invalidParams("Could not find plugin " + name);
        }
        call.actNow();
        plugins.stop(
                plugin,
                daemon.settings().shutdownPatience(),
                () -> call.succeed(Json.object()
                        .put("command", "stop")
                        .put("result", "Successfully stopped " + plugin.shortName() + ".")));
    }

    private @Nullable Plugin find(String name) {
        for (var plugin : plugins.all()) {
            var path = plugin.path();
            boolean found = name.contains("/")
                    ? path.equals(real(name))
                    : plugin.shortName().equals(name);
            if (found) {
                return plugin;
            }
        }
        return null;
    }

    private Path real(String name) {
        var path = daemon.networkDir().resolve(name);
        try {
            return path.toRealPath();
        } catch (IOException gone) {
            return path;
        }
    }

    private ObjectNode list(String command) {
        var result = Json.object().put("command", command);
        var list = result.putArray("plugins");
        for (var plugin : plugins.all()) {
            list.addObject()
                    .put("name", plugin.path().toString())
                    .put("active", plugin.state() == Plugin.State.RUNNING)
                    .put("dynamic", plugin.manifest().dynamic());
        }
        return result;
    }
}

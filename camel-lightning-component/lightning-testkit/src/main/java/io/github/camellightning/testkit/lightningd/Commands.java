// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/** Every method that the node answers: its own, those of its plugins, those that a test gave it. */
final class Commands {

    private final Map<String, Command> commands = new TreeMap<>();

    Commands() {
        add("help", "[command]", this::help);
        add("check", "command_to_check", this::check);
        add("notifications", "enable", this::notifications);
    }

    void add(String name, String usage, Command.Handler handler) {
        put(new Command(name, usage, handler));
    }

    private void put(Command command) {
        commands.put(command.name(), command);
    }

    void remove(String name) {
        commands.remove(name);
    }

    boolean has(String name) {
        return commands.containsKey(name);
    }

    void execute(Call call) {
        try {
            var request = call.request();
            var method = request.member("method");
            var params = request.member("params");
            if (method == null || params == null) {
                throw RpcException.invalidRequest(method == null ? "No method" : "No params");
            }
            if (!method.isString()) {
                throw RpcException.invalidRequest("Expected string for method");
            }
            var command = find(method.text());
            var filter = request.member("filter");
            if (filter != null) {
                call.filter(JsonFilter.parse(filter));
            }
            run(command, call, params);
        } catch (RpcException failure) {
            call.fail(failure);
        }
    }

    private Command find(String name) throws RpcException {
        var command = commands.get(name);
        if (command == null) {
            throw new RpcException(RpcException.METHOD_NOT_FOUND, "Unknown command '" + name + "'");
        }
        return command;
    }

    private void run(Command command, Call call, Token params) throws RpcException {
        try {
            command.handler().handle(call, params);
        } catch (Call.Checked good) {
            call.succeed(Json.object().put("command_to_check", command.name()));
        }
    }

    private void help(Call call, Token given) throws RpcException {
        var name = Params.of(given, "[command]").text("command");
        if (name != null && !has(name)) {
            throw new RpcException(RpcException.METHOD_NOT_FOUND, "Unknown command " + name);
        }
        call.actNow();
        var result = Json.object();
        var help = result.putArray("help");
        for (var command : commands.values()) {
            if (name == null || command.name().equals(name)) {
                help.addObject().put("command", command.name() + " " + command.usage());
            }
        }
        call.succeed(result.put("format-hint", "simple"));
    }

    private void check(Call call, Token given) throws RpcException {
        var name = Params.andMore(given, "command_to_check").require("command_to_check");
        var command = find(name.text());
        call.checkOnly();
        run(command, call, without(given, name));
    }

    private static Token without(Token params, Token name) {
        var rest = new ArrayList<>(params.children());
        int at = rest.indexOf(name);
        rest.remove(at);
        if (params.kind() == Token.Kind.OBJECT) {
            rest.remove(at - 1);
        }
        return new Token(params.kind(), params.source(), params.start(), params.end(), rest);
    }

    private void notifications(Call call, Token given) throws RpcException {
        boolean enable = Params.of(given, "enable").bool("enable", false);
        call.actNow();
        call.client().enableNotifications(enable);
        call.succeed(Json.object());
    }
}

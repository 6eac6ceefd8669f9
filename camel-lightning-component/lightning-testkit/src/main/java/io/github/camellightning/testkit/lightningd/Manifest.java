// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.testkit.lightningd.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a plugin answered to {@code getmanifest}, checked as lightningd checks it. */
record Manifest(
        boolean dynamic,
        List<Method> methods,
        List<HookEntry> hooks,
        Set<String> subscriptions,
        Set<String> topics,
        List<Integer> customMessages,
        Map<String, Option> options,
        @Nullable String disabled) {

    /** @param usage with its escapes */
    record Method(String name, Token usage) {}

    record HookEntry(String name, @Nullable Token filters, List<String> before, List<String> after) {}

    record Option(String type, @Nullable Token ifAbsent) {}

    /** Why the plugin is killed. */
    static final class Refused extends Exception {
        Refused(String reason) {
            super(reason);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    static Manifest parse(Token reply) throws Refused {
        var result = reply.member("result");
        if (result == null || result.kind() != Kind.OBJECT) {
            throw new Refused("Invalid/missing result tok in '" + reply.quoted() + "'");
        }
        var disable = result.member("disable");
        boolean dynamic = flag(result, "getmanifest", "dynamic");
        var custom = customMessages(result.member("custommessages"));
        var numericIds = result.member("nonnumericids");
        if (numericIds != null && numericIds.is("false")) {
            throw new Refused("Plugin does not allow nonnumericids");
        }
        return new Manifest(
                dynamic,
                methods(result.member("rpcmethods"), result.member("options")),
                hooks(result.member("hooks")),
                subscriptions(result.member("subscriptions")),
                topics(result.member("notifications")),
                custom,
                options(result.member("options")),
                disable == null ? null : disable.text());
    }

    private static boolean flag(Token object, String of, String name) throws Refused {
        var value = object.member(name);
        if (value == null) {
            return false;
        }
        return switch (value.text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Refused(of + ": invalid \"" + name + "\" field " + value.text());
        };
    }

    private static List<Integer> customMessages(@Nullable Token types) throws Refused {
        if (types == null) {
            return List.of();
        }
        if (types.kind() != Kind.ARRAY) {
            throw new Refused("custommessages must be array, not '" + types.quoted() + "'");
        }
        List<Integer> accepted = new ArrayList<>();
        for (var type : types.children()) {
            try {
                accepted.add(u16(type.text()));
            } catch (NumberFormatException notU16) {
                throw new Refused("custommessages " + accepted.size() + " not a u16: '" + type.quoted() + "'");
            }
        }
        return accepted;
    }

    private static int u16(String text) {
        int number = Integer.parseUnsignedInt(text);
        if (number < 0 || number > 0xffff) {
            throw new NumberFormatException(text);
        }
        return number;
    }

    private static Map<String, Option> options(@Nullable Token options) throws Refused {
        Map<String, Option> parsed = new LinkedHashMap<>();
        for (var option : array("options", options)) {
            var name = option.member("name");
            var type = option.member("type");
            if (name == null || type == null || option.member("description") == null) {
                throw new Refused("An option is missing either \"name\", \"description\" or \"type\"");
            }
            if (!List.of("string", "string-conceal", "int", "bool", "flag").contains(type.text())) {
                throw new Refused("Only \"string\", \"int\", \"bool\", and \"flag\" options are supported");
            }
            var ifAbsent = option.member("default");
            boolean none = ifAbsent == null || ifAbsent.isNull() || type.is("flag");
            parsed.put(name.text(), new Option(type.text(), none ? null : ifAbsent));
        }
        return parsed;
    }

    private static List<Method> methods(@Nullable Token methods, @Nullable Token options) throws Refused {
        if (options == null) {
            throw new Refused("\"result.options\" was not found in the manifest");
        }
        array("options", options);
        if (methods == null) {
            throw new Refused("\"result.rpcmethods\" missing");
        }
        List<Method> parsed = new ArrayList<>();
        for (var method : array("rpcmethods", methods)) {
            var name = method.member("name");
            var usage = method.member("usage");
            if (name == null || !name.isString()) {
                throw new Refused("rpcmethod does not have a string \"name\": " + method.quoted());
            }
            if (usage == null) {
                throw new Refused("\"usage\" not provided by plugin");
            }
            if (!usage.isString()) {
                throw new Refused("\"usage\" is not a string: " + method.quoted());
            }
            parsed.add(new Method(name.text(), usage));
        }
        return parsed;
    }

    private static List<HookEntry> hooks(@Nullable Token hooks) throws Refused {
        List<HookEntry> parsed = new ArrayList<>();
        if (hooks == null) {
            return parsed;
        }
        // lightningd walks over it as if it were an array; of an object it meets the first name
        for (var hook : hooks.children()) {
            if (hook.kind() != Kind.OBJECT) {
                parsed.add(new HookEntry(hook.text(), null, List.of(), List.of()));
                continue;
            }
            var name = hook.member("name");
            if (name == null) {
                throw new Refused("no name in hook obj " + hook.quoted());
            }
            parsed.add(new HookEntry(
                    name.text(), hook.member("filters"), names(hook.member("before")), names(hook.member("after"))));
        }
        return parsed;
    }

    private static List<String> names(@Nullable Token array) {
        return array == null
                ? List.of()
                : array.children().stream().map(Token::text).toList();
    }

    private static Set<String> subscriptions(@Nullable Token subscriptions) throws Refused {
        Set<String> topics = new LinkedHashSet<>();
        int i = 0;
        for (var topic : array("subscriptions", subscriptions)) {
            if (!topic.isString()) {
                throw new Refused("result.subscriptions[" + i + "] is not a string: '" + topic.quoted() + "'");
            }
            topics.add(topic.text());
            i++;
        }
        return topics;
    }

    private static Set<String> topics(@Nullable Token notifications) throws Refused {
        Set<String> topics = new LinkedHashSet<>();
        int i = 0;
        for (var notification : array("notifications", notifications)) {
            if (notification.kind() != Kind.OBJECT) {
                throw new Refused("\"result.notifications[" + i + "]\" is not an object");
            }
            var method = notification.member("method");
            if (method == null || !method.isString()) {
                throw new Refused("\"result.notifications[" + i + "].name\" missing or not a string.");
            }
            if (Notifications.isNative(method.text())) {
                throw new Refused("plugin attempted to register a native notification topic \"" + method.text()
                        + "\", these may however only be sent by lightningd");
            }
            topics.add(method.text());
            i++;
        }
        return topics;
    }

    private static List<Token> array(String name, @Nullable Token value) throws Refused {
        if (value == null) {
            return List.of();
        }
        if (value.kind() != Kind.ARRAY) {
            throw new Refused("\"result." + name + "\" is not an array");
        }
        return value.children();
    }

    /** The {@code options} of {@code init}: what was given at the start, else the defaults. */
    ObjectNode optionValues(Map<String, Token> given) throws Refused {
        for (var name : given.keySet()) {
            if (!options.containsKey(name)) {
                throw new Refused("unknown parameter " + name);
            }
        }
        var values = Json.object();
        options.forEach((name, option) -> {
            var value = given.getOrDefault(name, option.ifAbsent());
            if (value != null) {
                boolean word = option.type().startsWith("string");
                values.set(name, word ? Json.parse('"' + value.text() + '"') : Json.parse(value.text()));
            }
        });
        return values;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The hooks of a node by name. */
final class Hooks {

    private final Map<String, Hook> hooks = new TreeMap<>();

    Hooks(Daemon daemon) {
        for (var kind : HookKind.values()) {
            hooks.put(kind.hookName(), new Hook(daemon, kind));
        }
    }

    void register(Plugin plugin, Manifest.HookEntry entry) throws Manifest.Refused {
        var hook = hooks.get(entry.name());
        if (hook == null) {
            throw new Manifest.Refused("Unknown hook name " + entry.name());
        }
        hook.register(plugin, entry);
    }

    void remove(Plugin plugin) {
        hooks.values().forEach(hook -> hook.remove(plugin));
    }

    /**
     * Asks the plugins that registered, one after the other.
     *
     * @param subject what filters are about: a message type, a method's name
     * @param done what the plugins came to: the answer that was not {@code continue}, or null where there is none
     */
    void call(HookKind kind, String subject, ObjectNode payload, Consumer<@Nullable Token> done) {
        var hook = hooks.get(kind.hookName());
        if (hook == null) {
            done.accept(null);
        } else {
            hook.call(subject, payload, done);
        }
    }
}

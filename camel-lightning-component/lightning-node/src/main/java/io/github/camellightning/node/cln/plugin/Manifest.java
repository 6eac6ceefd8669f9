// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/**
 * What a plugin tells lightningd of itself in answer to {@code getmanifest}.
 *
 * @param hooks the hooks it answers, each with the message types it wants; empty: all
 * @param subscriptions the notifications it wants
 * @param customMessages the even types of messages that a peer may send while the plugin runs (since 23.11)
 */
public record Manifest(List<Hook> hooks, Set<String> subscriptions, Set<Integer> customMessages) {

    /** More filters than this cost the daemon more than they save: it looks through them one by one. */
    public static final int MAX_FILTERS = 64;

    /** A hook. Older daemons ignore {@code filters}, so what arrives is to be filtered again. */
    public record Hook(String name, List<Integer> filters) {
        public Hook {
            filters = filters.size() > MAX_FILTERS ? List.of() : List.copyOf(filters);
        }
    }

    public Manifest {
        hooks = List.copyOf(hooks);
        subscriptions = Set.copyOf(subscriptions);
        customMessages = Set.copyOf(customMessages);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("dynamic", true);
        json.putArray("options");
        json.putArray("rpcmethods");
        var topics = json.putArray("subscriptions");
        subscriptions.stream().sorted().forEach(topics::add);
        var hookList = json.putArray("hooks");
        for (Hook hook : hooks) {
            ObjectNode entry = hookList.addObject().put("name", hook.name);
            if (!hook.filters.isEmpty()) {
                var filters = entry.putArray("filters");
                hook.filters.forEach(filters::add);
            }
        }
        if (!customMessages.isEmpty()) {
            var types = json.putArray("custommessages");
            customMessages.stream().sorted().forEach(types::add);
        }
        return json;
    }
}

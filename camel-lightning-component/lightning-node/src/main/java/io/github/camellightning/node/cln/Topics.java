// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.cln.plugin.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The notifications that listeners want, and the topics that are announced as ours. */
final class Topics {

    private static final Logger LOG = LoggerFactory.getLogger(CoreLightningNode.class);

    /** What lightningd sends itself, or takes for something else: a plugin that announces one of them is refused, and with it all its others. */
    private static final Set<String> NOT_OURS = Set.of(
            "balance_snapshot",
            "block_added",
            "channel_open_failed",
            "channel_opened",
            "channel_state_changed",
            "coin_movement",
            "connect",
            "custommsg",
            "deprecated_oneshot",
            "disconnect",
            "forward_event",
            "invoice_creation",
            "invoice_payment",
            "log",
            "message",
            "onionmessage_forward_fail",
            "openchannel_peer_sigs",
            "plugin_started",
            "plugin_stopped",
            "progress",
            "sendpay_failure",
            "sendpay_success",
            "shutdown",
            "warning");

    private record Entry(Consumer<JsonNode> listener) {}

    private final Map<String, List<Entry>> listeners = new ConcurrentHashMap<>();
    private final Map<String, Integer> announced = new ConcurrentHashMap<>();

    Registration listen(String topic, Consumer<JsonNode> listener) {
        if (!topic.equals(Manifest.ALL_TOPICS)) {
            requireName(topic);
        }
        var entry = new Entry(listener);
        listeners.computeIfAbsent(topic, name -> new CopyOnWriteArrayList<>()).add(entry);
        // by identity: two registrations may be equal, and each ends only itself
        return () -> listeners.computeIfPresent(topic, (name, entries) -> {
            entries.removeIf(registered -> registered == entry);
            return entries.isEmpty() ? null : entries;
        });
    }

    Registration announce(String topic) {
        requireName(topic);
        if (NOT_OURS.contains(topic)) {
            throw new InvalidMessageException("Invalid topic " + topic + ": only lightningd itself sends it");
        }
        announced.merge(topic, 1, Integer::sum);
        var open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                announced.computeIfPresent(topic, (name, count) -> count == 1 ? null : count - 1);
            }
        };
    }

    private static void requireName(String topic) {
        if (!topic.matches("[A-Za-z0-9_.-]{1,100}")) {
            throw new InvalidMessageException(
                    "Invalid topic " + Escaped.of(topic, 100) + ": 1 to 100 letters, digits, '_', '-' and '.'");
        }
    }

    boolean isAnnounced(String topic) {
        return announced.containsKey(topic);
    }

    Set<String> announced() {
        return Set.copyOf(announced.keySet());
    }

    Set<String> wanted() {
        return Set.copyOf(listeners.keySet());
    }

    void notified(String topic, JsonNode params, @Nullable String origin) {
        List<Entry> named = listeners.getOrDefault(topic, List.of());
        List<Entry> all = topic.equals("log") ? List.of() : listeners.getOrDefault(Manifest.ALL_TOPICS, List.of());
        if (named.isEmpty() && all.isEmpty()) {
            return;
        }
        JsonNode payload = payload(topic, params, origin);
        named.forEach(entry -> tell(entry, topic, payload));
        if (!all.isEmpty()) {
            var told = JsonNodeFactory.instance.objectNode();
            told.set(topic, payload);
            all.forEach(entry -> tell(entry, topic, told));
        }
    }

    /**
     * lightningd wraps its own notifications into a member named like the topic, older ones beside the members themselves; those of plugins it passes on as they
     * are and tells the origin beside them, older ones as {@code {"<topic>":{"origin":…,"payload":…}}}.
     */
    static JsonNode payload(String topic, JsonNode params, @Nullable String origin) {
        JsonNode told = params.path(topic);
        if (origin != null || !told.isObject()) {
            return origin == null && isEnvelope(params) ? params.path("payload") : params;
        }
        return isEnvelope(told) ? told.path("payload") : told;
    }

    private static boolean isEnvelope(JsonNode told) {
        return told.size() == 2 && told.has("origin") && told.has("payload");
    }

    private static void tell(Entry entry, String topic, JsonNode payload) {
        try {
            entry.listener.accept(payload);
        } catch (Throwable failure) {
            LOG.warn(
                    "A listener failed on the notification {}, which it has missed. Mend the listener: {}",
                    topic,
                    Escaped.of(failure.toString(), 1_024));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a plugin tells lightningd of itself in answer to {@code getmanifest}.
 *
 * @param hooks the hooks it answers, each once
 * @param methods the commands it is, each name once
 * @param subscriptions the notifications it wants; {@code *}: all but {@code log}
 * @param notifications the topics that it sends itself
 * @param customMessages the even types of messages that a peer may send while the plugin runs (since 23.11)
 */
public record Manifest(
        List<Hook> hooks,
        List<Method> methods,
        Set<String> subscriptions,
        Set<String> notifications,
        Set<Integer> customMessages) {

    /** More filters than this cost the daemon more than they save: it looks through them one by one. */
    public static final int MAX_FILTERS = 64;

    public static final String ALL_TOPICS = "*";
    public static final Manifest NOTHING = new Manifest(List.of(), List.of(), Set.of(), Set.of(), Set.of());

    private static final String LOG_TOPIC = "log";

    /**
     * A hook.
     *
     * @param filters the message types it wants to be asked about; empty: all. Older daemons ignore them, so what arrives is to be filtered again
     * @param before the plugins that are to be asked after this one
     */
    public record Hook(String name, Set<Integer> filters, List<String> before) {
        public Hook {
            filters = filters.size() > MAX_FILTERS ? Set.of() : Set.copyOf(filters);
            before = List.copyOf(before);
        }

        public static Hook of(String name) {
            return new Hook(name, Set.of(), List.of());
        }

        /** Whether it is asked about messages of this type. */
        public boolean takes(int type) {
            return filters.isEmpty() || filters.contains(type);
        }
    }

    /** A command of the daemon's; the description is for daemons older than 24.05. */
    public record Method(String name, String usage, String description) {}

    public Manifest {
        hooks = List.copyOf(hooks);
        methods = List.copyOf(methods);
        subscriptions = Set.copyOf(subscriptions);
        notifications = Set.copyOf(notifications);
        customMessages = Set.copyOf(customMessages);
    }

    public boolean isNothing() {
        return equals(NOTHING);
    }

    public boolean subscribes(String topic) {
        return subscriptions.contains(topic) || (subscriptions.contains(ALL_TOPICS) && !topic.equals(LOG_TOPIC));
    }

    public boolean hasMethod(String name) {
        return methods.stream().anyMatch(method -> method.name.equals(name));
    }

    public boolean hasHook(String name) {
        return hooks.stream().anyMatch(hook -> hook.name.equals(name));
    }

    /** Whether it is asked about messages of peers of this type. */
    public boolean takesMessages(int type) {
        return hooks.stream().anyMatch(hook -> hook.name.equals("custommsg") && hook.takes(type));
    }

    /** The same, asked about whatever its hooks are for. */
    public Manifest withoutFilters() {
        return new Manifest(
                hooks.stream()
                        .map(hook -> new Hook(hook.name, Set.of(), hook.before))
                        .toList(),
                methods,
                subscriptions,
                notifications,
                customMessages);
    }

    /** The same with these topics too. */
    public Manifest subscribing(String... topics) {
        Set<String> more = new HashSet<>(subscriptions);
        more.addAll(List.of(topics));
        return new Manifest(hooks, methods, more, notifications, customMessages);
    }

    /** The same without commands. */
    public Manifest withoutMethods() {
        return new Manifest(hooks, List.of(), subscriptions, notifications, customMessages);
    }

    /** What of this is in none of those. Two plugins must not be one command, and would each get the notification that both want. */
    public Manifest minus(Collection<Manifest> others) {
        return new Manifest(
                hooks.stream().flatMap(hook -> remaining(hook, others)).toList(),
                methods.stream()
                        .filter(method -> others.stream().noneMatch(other -> other.hasMethod(method.name)))
                        .toList(),
                remaining(subscriptions.stream()
                        .filter(topic -> others.stream().noneMatch(other -> other.subscribes(topic)))),
                remaining(notifications.stream()
                        .filter(topic -> others.stream().noneMatch(other -> other.notifications.contains(topic)))),
                remaining(customMessages.stream()
                        .filter(type -> others.stream().noneMatch(other -> other.customMessages.contains(type)))));
    }

    private static Stream<Hook> remaining(Hook wanted, Collection<Manifest> others) {
        List<Hook> same = others.stream()
                .flatMap(other -> other.hooks.stream())
                .filter(other -> other.name.equals(wanted.name))
                .toList();
        if (wanted.filters.isEmpty()) {
            return same.stream().anyMatch(other -> other.filters.isEmpty()) ? Stream.of() : Stream.of(wanted);
        }
        Set<Integer> more =
                remaining(wanted.filters.stream().filter(type -> same.stream().noneMatch(other -> other.takes(type))));
        return more.isEmpty() ? Stream.of() : Stream.of(new Hook(wanted.name, more, wanted.before));
    }

    private static <T> Set<T> remaining(Stream<T> kept) {
        return kept.collect(Collectors.toUnmodifiableSet());
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("dynamic", true);
        json.putArray("options");
        var commands = json.putArray("rpcmethods");
        for (Method method : methods) {
            commands.addObject()
                    .put("name", method.name)
                    .put("usage", method.usage)
                    .put("description", method.description);
        }
        var topics = json.putArray("subscriptions");
        toldOnce().sorted().forEach(topics::add);
        var hookList = json.putArray("hooks");
        hooks.stream().sorted(Comparator.comparing(Hook::name)).forEach(hook -> addHook(hookList.addObject(), hook));
        if (!notifications.isEmpty()) {
            var announced = json.putArray("notifications");
            notifications.stream()
                    .sorted()
                    .forEach(topic -> announced.addObject().put("method", topic));
        }
        if (!customMessages.isEmpty()) {
            var types = json.putArray("custommessages");
            customMessages.stream().sorted().forEach(types::add);
        }
        return json;
    }

    /** lightningd would send what is named beside all twice. */
    private Stream<String> toldOnce() {
        boolean all = subscriptions.contains(ALL_TOPICS);
        return subscriptions.stream().filter(topic -> !all || topic.equals(ALL_TOPICS) || topic.equals(LOG_TOPIC));
    }

    private static void addHook(ObjectNode entry, Hook hook) {
        entry.put("name", hook.name);
        if (!hook.filters.isEmpty()) {
            var filters = entry.putArray("filters");
            hook.filters.stream().sorted().forEach(filters::add);
        }
        if (!hook.before.isEmpty()) {
            var before = entry.putArray("before");
            hook.before.forEach(before::add);
        }
    }
}

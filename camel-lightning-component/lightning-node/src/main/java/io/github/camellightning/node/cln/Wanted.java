// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.cln.plugin.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** All that listeners want of the daemon, whether it knows of it or not, and what they got. It outlives the daemon's runs. */
final class Wanted {

    final MessageDispatcher messages = new MessageDispatcher();
    final PeerTopics peers = new PeerTopics();
    final HookListeners hooks;
    final MethodListeners methods = new MethodListeners();
    final Topics topics = new Topics();
    final DaemonCounters counters = new DaemonCounters();

    /** @param commandoFallback whether lightningd's own {@code commando} command may be used */
    Wanted(BooleanSupplier commandoFallback) {
        this.hooks = new HookListeners(commandoFallback);
    }

    /** One plugin for all of it. Where a relay more is not easily had, it is asked about all types, so that what comes later needs none. */
    Manifest manifest(CoreLightningOptions options) {
        return options.getRelay() == null && !options.isStdio()
                ? manifest()
                : manifest().withoutFilters();
    }

    /** The same where it is. */
    Manifest manifest() {
        List<Manifest.Hook> all = new ArrayList<>(hooks.hooks());
        Set<Integer> types = new HashSet<>(types(messages.filters()));
        // for this application's own calls
        types.add(MessageTypes.COMMANDO_REPLY_MORE);
        types.add(MessageTypes.COMMANDO_REPLY_LAST);
        all.add(messageHook(types));
        Set<String> told = new HashSet<>(topics.wanted());
        told.addAll(Set.of(PeerTopics.CONNECT, PeerTopics.DISCONNECT));
        return new Manifest(all, methods.methods(), told, topics.announced(), evenTypes(types));
    }

    /** What one more listener for messages wants. */
    static Manifest of(MessageFilter filter) {
        Set<Integer> types = types(List.of(filter));
        return new Manifest(
                types.isEmpty() ? List.of() : List.of(messageHook(types)),
                List.of(),
                Set.of(),
                Set.of(),
                evenTypes(types));
    }

    /** Asked about these types alone, where they are few: a message that nobody wants costs the daemon nothing then. */
    private static Manifest.Hook messageHook(Set<Integer> types) {
        return new Manifest.Hook(MessagePlugin.CUSTOMMSG, types, List.of());
    }

    static Manifest subscription(String topic) {
        return new Manifest(List.of(), List.of(), Set.of(topic), Set.of(), Set.of());
    }

    static Manifest announcement(String topic) {
        return new Manifest(List.of(), List.of(), Set.of(), Set.of(topic), Set.of());
    }

    Manifest hook(String name) {
        return new Manifest(
                hooks.hooks().stream().filter(hook -> hook.name().equals(name)).toList(),
                List.of(),
                Set.of(),
                Set.of(),
                Set.of());
    }

    Manifest method(String name) {
        return new Manifest(
                List.of(),
                methods.methods().stream()
                        .filter(method -> method.name().equals(name))
                        .toList(),
                Set.of(),
                Set.of(),
                Set.of());
    }

    /** What reaches a listener at all. */
    private static Set<Integer> types(Collection<MessageFilter> filters) {
        return filters.stream()
                .flatMap(filter -> filter.types().ranges().stream()
                        .flatMapToInt(range -> IntStream.rangeClosed(range.first(), range.last()))
                        .filter(type -> filter.acceptEven() || !MessageTypes.isEven(type))
                        .boxed())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Integer> evenTypes(Set<Integer> types) {
        return types.stream().filter(MessageTypes::isEven).collect(Collectors.toUnmodifiableSet());
    }
}

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

    /** One plugin for all of it. */
    Manifest manifest() {
        List<Manifest.Hook> all = new ArrayList<>(hooks.hooks());
        // without filters: a listener that comes later would else miss its messages
        all.add(Manifest.Hook.of(MessagePlugin.CUSTOMMSG));
        Set<String> told = new HashSet<>(topics.wanted());
        told.addAll(Set.of(PeerTopics.CONNECT, PeerTopics.DISCONNECT));
        return new Manifest(all, methods.methods(), told, topics.announced(), evenTypes(messages.filters()));
    }

    /** What one more listener for messages wants. */
    static Manifest of(MessageFilter filter) {
        return new Manifest(List.of(), List.of(), Set.of(), Set.of(), evenTypes(List.of(filter)));
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

    private static Set<Integer> evenTypes(Collection<MessageFilter> filters) {
        return filters.stream()
                .filter(MessageFilter::acceptEven)
                .flatMap(filter -> filter.types().ranges().stream())
                .flatMapToInt(range -> IntStream.rangeClosed(range.first(), range.last()))
                .filter(MessageTypes::isEven)
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
    }
}

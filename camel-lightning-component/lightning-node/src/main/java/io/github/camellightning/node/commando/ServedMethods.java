// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.PeerMethodListener;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.ServedMethod;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The methods that a node answers for its peers, each by one listener. They outlive the node's runs. */
public final class ServedMethods {

    private record Entry(ServedMethod method, PeerMethodListener listener) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** @throws InvalidMessageException where another listener has it */
    public Registration register(ServedMethod method, PeerMethodListener listener) {
        var entry = new Entry(method, listener);
        if (entries.putIfAbsent(method.name(), entry) != null) {
            throw new InvalidMessageException(
                    "The method " + method.name() + " has a listener already: only one at a time can answer it");
        }
        return () -> entries.remove(method.name(), entry);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    @Nullable
    PeerMethodListener find(String name) {
        Entry entry = entries.get(name);
        return entry == null ? null : entry.listener;
    }
}

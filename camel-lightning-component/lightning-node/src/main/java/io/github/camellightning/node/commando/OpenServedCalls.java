// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The calls of each connected peer, to be dropped with its connection. */
final class OpenServedCalls {

    private final Map<NodeId, Set<ServedCall>> byPeer = new HashMap<>();

    synchronized void add(ServedCall call) {
        byPeer.computeIfAbsent(call.peer(), peer -> new HashSet<>()).add(call);
    }

    synchronized void remove(ServedCall call) {
        byPeer.computeIfPresent(call.peer(), (peer, calls) -> {
            calls.remove(call);
            return calls.isEmpty() ? null : calls;
        });
    }

    /** Takes them out. */
    synchronized List<ServedCall> removeAll(NodeId peer) {
        Set<ServedCall> calls = byPeer.remove(peer);
        return calls == null ? List.of() : List.copyOf(calls);
    }

    synchronized List<NodeId> peers() {
        return List.copyOf(byPeer.keySet());
    }
}

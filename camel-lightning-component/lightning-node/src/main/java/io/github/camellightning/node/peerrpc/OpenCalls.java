// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.QueueFullException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls that have not ended, by peer and id. */
final class OpenCalls {

    private final PeerRpcSettings settings;
    private final Map<NodeId, Map<String, PeerCall>> calls = new HashMap<>();
    private int count;

    OpenCalls(PeerRpcSettings settings) {
        this.settings = settings;
    }

    /** @throws QueueFullException naming the limit */
    synchronized void add(PeerCall call) {
        Map<String, PeerCall> ofPeer = calls.getOrDefault(call.peer(), Map.of());
        if (ofPeer.size() >= settings.maxCallsPerPeer()) {
            throw new QueueFullException(call + " was refused: " + ofPeer.size()
                    + " calls on this peer have not ended (maxCallsPerPeer=" + settings.maxCallsPerPeer() + ")");
        }
        if (count >= settings.maxCalls()) {
            throw new QueueFullException(
                    call + " was refused: " + count + " calls have not ended (maxCalls=" + settings.maxCalls() + ")");
        }
        calls.computeIfAbsent(call.peer(), peer -> new HashMap<>()).put(call.id(), call);
        count++;
    }

    synchronized @Nullable PeerCall find(NodeId peer, String id) {
        return calls.getOrDefault(peer, Map.of()).get(id);
    }

    synchronized void remove(PeerCall call) {
        Map<String, PeerCall> ofPeer = calls.get(call.peer());
        if (ofPeer != null && ofPeer.remove(call.id(), call)) {
            count--;
            if (ofPeer.isEmpty()) {
                calls.remove(call.peer());
            }
        }
    }

    synchronized List<PeerCall> on(NodeId peer) {
        return List.copyOf(calls.getOrDefault(peer, Map.of()).values());
    }

    synchronized List<PeerCall> all() {
        return calls.values().stream()
                .flatMap(ofPeer -> ofPeer.values().stream())
                .toList();
    }

    synchronized int size() {
        return count;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** At most one connection for each peer, and what is told about that. */
final class PeerConnections {

    static final String REPLACED = "a newer connection replaced it";

    private final long simultaneousNanos;
    private final Consumer<PeerEvent> events;
    private final Map<NodeId, PeerConnection> byPeer = new ConcurrentHashMap<>();

    /** @param events called in the order of what happened, under a lock: it must hand over at once */
    PeerConnections(PeerLimits limits, Consumer<PeerEvent> events) {
        this.simultaneousNanos = TimeUnit.MILLISECONDS.toNanos(limits.getSimultaneousMillis());
        this.events = events;
    }

    @Nullable
    PeerConnection find(NodeId peer) {
        return byPeer.get(peer);
    }

    List<PeerConnection> all() {
        return List.copyOf(byPeer.values());
    }

    /** @return whether it took the place of another */
    synchronized boolean established(PeerConnection added) {
        PeerConnection present = byPeer.get(added.remote());
        if (present == null) {
            byPeer.put(added.remote(), added);
            tellConnected(added);
        } else if (staysOver(present, added)) {
            added.retire(present, "the other connection of the two stays");
        } else {
            // before anybody finds the new one: what waits goes first
            present.retire(added, REPLACED);
            byPeer.put(added.remote(), added);
            // what was under way on the old one may be lost, and who waits for it has nothing else to tell by
            events.accept(new PeerEvent.Disconnected(added.remote(), REPLACED));
            tellConnected(added);
            return true;
        }
        return false;
    }

    private void tellConnected(PeerConnection added) {
        events.accept(new PeerEvent.Connected(added.remote(), added.direction(), added.address()));
    }

    /**
     * Both ends must choose alike. Two that dialled each other at the same moment compare their ids; else the older connection is most
     * likely dead, and only its end has noticed.
     */
    private boolean staysOver(PeerConnection present, PeerConnection added) {
        boolean simultaneous =
                present.direction() != added.direction() && System.nanoTime() - present.createdAt() < simultaneousNanos;
        return simultaneous && present.dialler().compareTo(added.dialler()) < 0;
    }

    /** @return whether the peer is without a connection now */
    synchronized boolean closed(PeerConnection closed, String reason) {
        boolean last = byPeer.remove(closed.remote(), closed);
        if (last) {
            events.accept(new PeerEvent.Disconnected(closed.remote(), reason));
        }
        return last;
    }
}

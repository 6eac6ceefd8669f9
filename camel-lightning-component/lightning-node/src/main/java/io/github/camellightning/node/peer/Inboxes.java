// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.NodeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One {@link Inbox} for each peer that has a connection, or messages that wait; nothing of others is kept. */
final class Inboxes {

    private final MessageDispatcher dispatcher;
    private final PeerLimits limits;
    private final Map<NodeId, Inbox> byPeer = new ConcurrentHashMap<>();

    Inboxes(MessageDispatcher dispatcher, PeerLimits limits) {
        this.dispatcher = dispatcher;
        this.limits = limits;
    }

    /** For one more connection; each wants one {@link #close}. */
    Inbox open(NodeId peer) {
        return byPeer.compute(peer, (key, present) -> {
            Inbox inbox = present == null ? new Inbox(key, dispatcher, limits, this::forgetUnused) : present;
            inbox.connected();
            return inbox;
        });
    }

    void close(NodeId peer) {
        byPeer.computeIfPresent(peer, (key, inbox) -> {
            inbox.disconnected();
            return inbox.isUnused() ? null : inbox;
        });
    }

    private void forgetUnused(NodeId peer) {
        byPeer.computeIfPresent(peer, (key, inbox) -> inbox.isUnused() ? null : inbox);
    }

    int size() {
        return byPeer.size();
    }
}

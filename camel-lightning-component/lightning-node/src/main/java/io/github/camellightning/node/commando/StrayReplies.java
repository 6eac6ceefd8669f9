// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replies that belong to no call: of one that ended, of another program on the same node, or made up. One line for each peer and minute at most. They
 * are no trouble, hence the level.
 */
final class StrayReplies {

    private static final Logger LOG = LoggerFactory.getLogger(CommandoClient.class);
    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_PEERS = 1_024;

    private final Map<NodeId, Long> loggedAt = new LinkedHashMap<>(16, 0.75f, false) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Long> eldest) {
            return size() > MAX_PEERS;
        }
    };

    void came(NodeId peer) {
        if (LOG.isDebugEnabled() && isTime(peer, System.nanoTime())) {
            LOG.debug("Peer {}: sends replies to commando calls that are not, or no longer, waited for", peer);
        }
    }

    private synchronized boolean isTime(NodeId peer, long now) {
        Long last = loggedAt.get(peer);
        if (last != null && now - last < INTERVAL_NANOS) {
            return false;
        }
        loggedAt.put(peer, now);
        return true;
    }
}

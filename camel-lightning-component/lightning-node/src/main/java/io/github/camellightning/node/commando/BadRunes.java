// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.NodeId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts what peers send that is no rune of ours. What a rune of ours does not allow is no offence. */
final class BadRunes {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_PEERS = 1_024;

    private final int max;
    private final Map<NodeId, Deque<Long>> times = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Deque<Long>> eldest) {
            return size() > MAX_PEERS;
        }
    };

    BadRunes(int max) {
        this.max = max;
    }

    /** Whether that is one too many within a minute. */
    synchronized boolean add(NodeId peer, long nowNanos) {
        Deque<Long> ofPeer = times.computeIfAbsent(peer, key -> new ArrayDeque<>(max));
        ofPeer.add(nowNanos);
        if (ofPeer.size() < max) {
            return false;
        }
        return nowNanos - ofPeer.remove() < MINUTE;
    }
}

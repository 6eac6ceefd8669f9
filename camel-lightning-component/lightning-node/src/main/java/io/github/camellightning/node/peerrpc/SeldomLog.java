// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/** What peers do wrong: one line a minute for each peer and reason, however often they do it. */
final class SeldomLog {

    private static final long INTERVAL = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_REMEMBERED = 1_024;
    private static final int MAX_LOGGED = 1_024;

    private record Line(NodeId peer, String reason) {}

    private final Logger log;
    private final Map<Line, Long> loggedAt = new LinkedHashMap<>(16, 0.75f, false) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Line, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    SeldomLog(Logger log) {
        this.log = log;
    }

    /** @param reason one of few */
    void warn(NodeId peer, String reason, String detail) {
        if (isTime(new Line(peer, reason))) {
            log.warn("Peer {} {}{}", peer, reason, Escaped.of(detail, MAX_LOGGED));
        }
    }

    void debug(NodeId peer, String reason) {
        if (log.isDebugEnabled() && isTime(new Line(peer, reason))) {
            log.debug("Peer {} {}", peer, reason);
        }
    }

    private synchronized boolean isTime(Line line) {
        long now = System.nanoTime();
        Long last = loggedAt.get(line);
        if (last != null && now - last < INTERVAL) {
            return false;
        }
        loggedAt.put(line, now);
        return true;
    }
}

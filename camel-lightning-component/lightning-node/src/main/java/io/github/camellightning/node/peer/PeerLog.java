// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One line for each peer and reason in an interval, so that nobody fills our disk from outside; the rest is counted. */
final class PeerLog {

    private static final Logger LOG = LoggerFactory.getLogger(PeerNode.class);
    private static final int MAX_REMEMBERED = 4_096;

    private record Key(String who, String reason) {}

    private static final class Said {
        private long at;
        private long suppressed;
    }

    private final long intervalNanos;
    private final Map<Key, Said> said = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Said> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    PeerLog(long intervalMillis) {
        this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
    }

    /**
     * @param who the peer's node id or address
     * @param reason a fixed text, the same for each occurrence
     * @param detail what differs; text from outside is escaped already
     */
    void warn(String who, String reason, String detail) {
        log(Level.WARN, who, reason, detail);
    }

    /** The same for what is no trouble, or so it seems: a peer may come and go all day. */
    void info(String who, String reason, String detail) {
        log(Level.INFO, who, reason, detail);
    }

    private void log(Level level, String who, String reason, String detail) {
        long suppressed = suppressedBefore(new Key(who, reason), System.nanoTime());
        if (suppressed == 0) {
            LOG.atLevel(level).log("Peer {}: {}{}", who, reason, detail);
        } else if (suppressed > 0) {
            LOG.atLevel(level)
                    .log("Peer {}: {}{} ({} more like this since the last line)", who, reason, detail, suppressed);
        }
    }

    synchronized int remembered() {
        return said.size();
    }

    /** @return how many lines like this one were held back since the last, or -1 where this one is held back too */
    private synchronized long suppressedBefore(Key key, long now) {
        Said before = said.get(key);
        if (before == null) {
            before = new Said();
            before.at = now;
            said.put(key, before);
            return 0;
        }
        if (now - before.at < intervalNanos) {
            before.suppressed++;
            return -1;
        }
        long suppressed = before.suppressed;
        before.at = now;
        before.suppressed = 0;
        return suppressed;
    }
}

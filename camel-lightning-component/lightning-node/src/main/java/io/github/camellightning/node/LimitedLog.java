// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/** For kinds of node: warnings of which each goes once a minute, however often its reason comes. */
public final class LimitedLog {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_REASONS = 1_000;
    private static final int MAX_LOGGED = 1_024;

    private final Logger log;
    private final Map<String, Long> lastTime = new ConcurrentHashMap<>();

    public LimitedLog(Logger log) {
        this.log = log;
    }

    public void warn(String reason) {
        warn(reason, "");
    }

    /**
     * @param reason the same for each occurrence, and with the peer in it where it is a peer's
     * @param detail what differs
     */
    public void warn(String reason, String detail) {
        long now = System.nanoTime();
        if (lastTime.size() >= MAX_REASONS) {
            lastTime.values().removeIf(time -> now - time >= MINUTE);
        }
        boolean[] due = new boolean[1];
        lastTime.compute(Escaped.of(reason, MAX_LOGGED), (text, time) -> {
            due[0] = time == null || now - time >= MINUTE;
            return due[0] ? Long.valueOf(now) : time;
        });
        if (due[0]) {
            log.warn("{}{}", Escaped.of(reason, MAX_LOGGED), Escaped.of(detail, MAX_LOGGED));
        }
    }
}

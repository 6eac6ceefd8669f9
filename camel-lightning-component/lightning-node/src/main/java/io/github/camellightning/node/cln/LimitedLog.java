// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.Escaped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/** Warnings of which each goes once a minute, however often its reason comes. */
final class LimitedLog {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_REASONS = 1_000;
    private static final int MAX_LOGGED = 1_024;

    private final Logger log;
    private final Map<String, Long> lastTime = new ConcurrentHashMap<>();

    LimitedLog(Logger log) {
        this.log = log;
    }

    void warn(String reason) {
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
            log.warn("{}", Escaped.of(reason, MAX_LOGGED));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How fast numbers grow, between one look at them and the next. */
final class Rates {

    /** Looks that come sooner get what the one before got: there is little to be seen in less. */
    private static final long SHORTEST = TimeUnit.SECONDS.toNanos(1);

    private static final int MAX_REMEMBERED = 1_000;

    private record Look(long number, long at, double perSecond) {}

    private final LongSupplier nanoClock;
    private final long since;
    private final Map<String, Look> looks = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Look> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    Rates(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.since = nanoClock.getAsLong();
    }

    /** By how much a number has grown a second since the last look at it; at the first, since this was made. */
    synchronized double perSecond(String name, long number) {
        long now = nanoClock.getAsLong();
        Look before = looks.getOrDefault(name, new Look(0, since, 0));
        if (now - before.at < SHORTEST) {
            return before.perSecond;
        }
        double seconds = (double) (now - before.at) / TimeUnit.SECONDS.toNanos(1);
        // a route that was added anew begins at 0
        double rate = rounded(Math.max(0, number - before.number) / seconds);
        looks.put(name, new Look(number, now, rate));
        return rate;
    }

    static double rounded(double number) {
        return Math.round(number * 100) / 100.0;
    }
}

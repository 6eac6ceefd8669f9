// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The time that runes are held against. It never goes back, also not over restarts where it is told what was seen before: a clock that is set back would
 * have runes live again that had expired. While the system's clock is behind it goes on from what it was.
 */
final class RuneClock {

    private final Supplier<Instant> wall;
    private final LongSupplier nanos;
    private Instant latest;
    private long latestNanos;

    RuneClock(Supplier<Instant> wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.latest = wall.get();
        this.latestNanos = nanos.getAsLong();
    }

    static RuneClock system() {
        return new RuneClock(Instant::now, System::nanoTime);
    }

    synchronized Instant now() {
        long nowNanos = nanos.getAsLong();
        Instant carriedOn = latest.plusNanos(nowNanos - latestNanos);
        Instant now = wall.get();
        latest = now.isBefore(carriedOn) ? carriedOn : now;
        latestNanos = nowNanos;
        return latest;
    }

    /** For intervals: whatever becomes of the system's clock. */
    long nanos() {
        return nanos.getAsLong();
    }

    /**
     * It was as late as that before.
     *
     * @return by how much the system's clock is behind; not more than zero where it is not
     */
    synchronized Duration notBefore(Instant seen) {
        Instant now = now();
        if (now.isBefore(seen)) {
            latest = seen;
        }
        return Duration.between(now, seen);
    }
}

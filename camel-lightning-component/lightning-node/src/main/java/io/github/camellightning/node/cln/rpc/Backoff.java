// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to leave lightningd alone after connections that came to nothing. Guarded by its owner. */
final class Backoff {

    private final long min;
    private final long max;
    private long delay;
    private long notBefore;

    Backoff(Duration min, Duration max) {
        this.min = min.toNanos();
        this.max = max.toNanos();
    }

    void failed(long now) {
        delay = delay == 0 ? min : Math.min(2 * delay, max);
        notBefore = now + Math.round(delay * ThreadLocalRandom.current().nextDouble(0.5, 1.5));
    }

    void reset() {
        delay = 0;
    }

    /** In nanoseconds; 0 and less: none. */
    long left(long now) {
        return delay == 0 ? 0 : notBefore - now;
    }
}

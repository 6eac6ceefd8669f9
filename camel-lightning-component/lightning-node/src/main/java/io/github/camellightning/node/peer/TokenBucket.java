// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

/** So many a second, so many at once. Not thread-safe; time is {@link System#nanoTime()}'s. */
final class TokenBucket {

    private final double perNano;
    private final double burst;
    private double tokens;
    private long filledAt;

    TokenBucket(double perSecond, double burst, long now) {
        this.perNano = perSecond / 1e9;
        this.burst = burst;
        this.tokens = burst;
        this.filledAt = now;
    }

    boolean take(long now) {
        if (isEmpty(now)) {
            return false;
        }
        tokens--;
        return true;
    }

    boolean isEmpty(long now) {
        fill(now);
        return tokens < 1;
    }

    boolean isFull(long now) {
        fill(now);
        return tokens >= burst;
    }

    private void fill(long now) {
        tokens = Math.min(burst, tokens + (now - filledAt) * perNano);
        filledAt = now;
    }
}

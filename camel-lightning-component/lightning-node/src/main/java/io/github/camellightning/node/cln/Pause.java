// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

/** How long to wait before lightningd is asked for something again: twice as long each time. */
final class Pause {

    static final long MIN_MILLIS = 500;
    static final long MAX_MILLIS = 30_000;

    private long next = MIN_MILLIS;

    /** In milliseconds. */
    synchronized long next() {
        long now = next;
        next = Math.min(2 * now, MAX_MILLIS);
        return now;
    }

    synchronized void reset() {
        next = MIN_MILLIS;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what arrives, round after round, at the price of an atomic increment. */
final class Countdown {

    private static final int PATIENCE_SECONDS = 60;

    private final AtomicInteger left = new AtomicInteger();
    private volatile CountDownLatch done = new CountDownLatch(0);

    void expect(int operations) {
        done = new CountDownLatch(1);
        left.set(operations);
    }

    /** Returns how many are still to come. */
    int arrived() {
        int now = left.decrementAndGet();
        if (now == 0) {
            done.countDown();
        }
        return now;
    }

    void await() throws InterruptedException, TimeoutException {
        if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException(left + " operations did not end within " + PATIENCE_SECONDS + " s");
        }
    }
}

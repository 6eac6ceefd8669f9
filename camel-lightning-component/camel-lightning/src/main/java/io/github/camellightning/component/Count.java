// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A number that only grows, and has another grow with it: one consumer's, and that of all consumers alike. */
final class Count {

    private final LongAdder sum = new LongAdder();
    private volatile @Nullable Count total;

    void increment() {
        sum.increment();
        Count all = total;
        if (all != null) {
            all.increment();
        }
    }

    long sum() {
        return sum.sum();
    }

    /** What comes from now on counts there too. */
    void addTo(Count all) {
        total = all;
    }
}

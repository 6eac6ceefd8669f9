// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** One quantity, measured again and again. */
final class Trend {

    private final double tolerance;
    private final List<Long> samples = new ArrayList<>();

    /** @param tolerance how much more there may be at the end and it still counts as no more */
    Trend(double tolerance) {
        this.tolerance = tolerance;
    }

    void add(long sample) {
        samples.add(sample);
    }

    long first() {
        return samples.get(0);
    }

    long last() {
        return samples.get(samples.size() - 1);
    }

    /** Whether the later half is about what the earlier one is, by their medians: single samples catch what is on its way. */
    boolean isFlat() {
        int half = (samples.size() + 1) / 2;
        return median(samples.subList(samples.size() - half, samples.size()))
                <= median(samples.subList(0, half)) + tolerance;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.util.Arrays;

/**
 * What a number of operations that follow each other came to.
 *
 * @param perSecond operations in a second of the clock
 * @param p50 the median of what one took, in microseconds
 * @param p99 what one of a hundred exceeded
 */
record Latencies(double perSecond, double p50, double p99) {

    /** @param nanos what each took; is sorted here */
    static Latencies of(long[] nanos, long elapsedNanos) {
        Arrays.sort(nanos);
        int last = nanos.length - 1;
        return new Latencies(
                nanos.length * 1e9 / elapsedNanos,
                nanos[nanos.length / 2] / 1e3,
                nanos[last - nanos.length / 100] / 1e3);
    }

    /** As the programs in C print it: the three numbers with spaces between. */
    static Latencies parse(String line) {
        String[] words = line.trim().split(" ", -1);
        if (words.length != 3) {
            throw new IllegalArgumentException("Not three numbers: '" + line + "'");
        }
        return new Latencies(Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]));
    }
}

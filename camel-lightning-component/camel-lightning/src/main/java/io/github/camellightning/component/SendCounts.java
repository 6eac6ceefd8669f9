// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What became of the exchanges of a producer since it was made, and how long they took; or of those of all producers alike. */
final class SendCounts {

    /** Told of each exchange that ends. */
    interface Timing {
        void took(Outcome outcome, long nanos);
    }

    private final LongAdder begun = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder[] ended =
            Arrays.stream(Outcome.values()).map(outcome -> new LongAdder()).toArray(LongAdder[]::new);
    private volatile @Nullable SendCounts total;
    private volatile @Nullable Timing timing;

    /** What begins from now on counts there too. */
    void addTo(SendCounts all) {
        total = all;
    }

    void tell(Timing told) {
        timing = told;
    }

    /** @return to be given to {@link #end} */
    Sending begin() {
        SendCounts all = total;
        begun.increment();
        if (all != null) {
            all.begun.increment();
        }
        return new Sending(all, System.nanoTime());
    }

    /** An exchange that counts in the same totals when it ends as when it began. */
    record Sending(@Nullable SendCounts total, long since) {}

    void end(Sending sending, Outcome outcome) {
        long took = System.nanoTime() - sending.since;
        ended(outcome, took);
        if (sending.total != null) {
            sending.total.ended(outcome, took);
        }
    }

    private void ended(Outcome outcome, long took) {
        nanos.add(took);
        of(outcome).increment();
        Timing told = timing;
        if (told != null) {
            told.took(outcome, took);
        }
    }

    private LongAdder of(Outcome outcome) {
        return ended[outcome.ordinal()];
    }

    long sum(Outcome outcome) {
        return of(outcome).sum();
    }

    long sent() {
        return sum(Outcome.OK);
    }

    long inFlight() {
        // those that ended first: what ends while this is read must not count as more than began
        long over = allEnded();
        return Math.max(0, begun.sum() - over);
    }

    double meanMillis() {
        long over = allEnded();
        return over == 0 ? 0 : (double) nanos.sum() / over / TimeUnit.MILLISECONDS.toNanos(1);
    }

    private long allEnded() {
        return Arrays.stream(ended).mapToLong(LongAdder::sum).sum();
    }
}

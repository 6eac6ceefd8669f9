// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

/** What became of the messages of a consumer since it was made. Those neither handled, failed nor dropped are on their way. */
record Counters(Count received, Count handled, Count failed, Count dropped) {

    Counters() {
        this(new Count(), new Count(), new Count(), new Count());
    }

    /** What comes from now on counts there too. */
    void addTo(Counters all) {
        received.addTo(all.received);
        handled.addTo(all.handled);
        failed.addTo(all.failed);
        dropped.addTo(all.dropped);
    }

    long onTheirWay() {
        // those that ended first: what ends while this is read must not count as more than came
        long ended = handled.sum() + failed.sum() + dropped.sum();
        return Math.max(0, received.sum() - ended);
    }
}

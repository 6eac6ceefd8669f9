// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what takes too long. One sweep now and then serves all, since what gets a deadline is nearly always done long before it, at
 * rates where a timer for each would cost more than the thing itself.
 */
final class Deadlines<T extends Deadlines.Expiring> {

    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
    private static final long SHORTEST_PERIOD = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_PERIOD = TimeUnit.MILLISECONDS.toNanos(250);

    interface Expiring {

        /** On the clock of {@link System#nanoTime()}. */
        long deadline();

        /** The deadline passed. Called on a thread that all share. */
        void expire();
    }

    private final ScheduledExecutorService timer;
    private final long period;
    private final Set<T> pending = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean armed = new AtomicBoolean();

    /** @param timeout of all that will be added, in nanoseconds; a deadline is noticed at most a twentieth of it late, or 5 ms */
    Deadlines(long timeout, ScheduledExecutorService timer) {
        this.timer = timer;
        this.period = Math.max(SHORTEST_PERIOD, Math.min(LONGEST_PERIOD, timeout / 20));
    }

    void add(T one) {
        pending.add(one);
        arm();
    }

    void remove(T one) {
        pending.remove(one);
    }

    Stream<T> pending() {
        return pending.stream();
    }

    private void arm() {
        if (!armed.get() && armed.compareAndSet(false, true)) {
            timer.schedule(this::sweep, period, TimeUnit.NANOSECONDS);
        }
    }

    private void sweep() {
        try {
            long now = System.nanoTime();
            List<T> late =
                    pending.stream().filter(one -> one.deadline() - now <= 0).toList();
            late.forEach(this::expire);
        } finally {
            // whatever happened: nobody else would look again
            armed.set(false);
            if (!pending.isEmpty()) {
                arm();
            }
        }
    }

    private void expire(T late) {
        if (pending.remove(late)) {
            try {
                late.expire();
            } catch (RuntimeException failure) {
                LOG.error(
                        "What was to be done at a deadline failed, a fault of this library. Report it with what follows",
                        failure);
            }
        }
    }
}

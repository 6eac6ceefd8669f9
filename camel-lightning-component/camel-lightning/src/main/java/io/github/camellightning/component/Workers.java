// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads on which routes go on with what a node has done. They are as many as the option says, and become more while all of them stand still and
 * work waits: a route that waits for another call of this component waits for what is queued behind itself.
 */
final class Workers implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    /** How long all must stand still before there are more. */
    private static final long LOOK_MILLIS = 250;

    private final ExecutorService pool;
    private final Crew crew;
    private final int growth;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean looking = new AtomicBoolean();

    /**
     * @param pool that has a thread for each task it is given
     * @param size how many threads there are at first, and how many more each time
     */
    Workers(ExecutorService pool, int size, ScheduledExecutorService timer) {
        this.pool = pool;
        this.crew = new Crew(pool, size, timer);
        this.growth = size;
        this.timer = timer;
    }

    @Override
    public void execute(Runnable task) {
        crew.execute(task);
        if (crew.isAnyWaiting()) {
            look();
        }
    }

    private void look() {
        if (!looking.get() && looking.compareAndSet(false, true)) {
            lookAgain();
        }
    }

    private void lookAgain() {
        long ended = crew.ended();
        try {
            timer.schedule(() -> growIfStuck(ended), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            // the task at hand was taken all the same
            looking.set(false);
        }
    }

    private void growIfStuck(long endedBefore) {
        if (!crew.isAnyWaiting()) {
            looking.set(false);
            // what came in between found that somebody was looking
            if (crew.isAnyWaiting()) {
                look();
            }
            return;
        }
        if (crew.ended() == endedBefore) {
            grow();
        }
        lookAgain();
    }

    private void grow() {
        try {
            crew.grow(crew.isFull() ? growth : 0);
        } catch (RuntimeException | Error noThread) {
            // then those that run end what waits
            LOG.debug("No more threads", noThread);
        }
    }

    ExecutorService pool() {
        return pool;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.ReceivedMessage;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What takes too long is told so, whatever happens to others. */
class DeadlinesTest {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Deadlines<Overdue> deadlines = new Deadlines<>(TimeUnit.MILLISECONDS.toNanos(20), timer);

    @AfterEach
    void stopTheTimer() {
        timer.shutdownNow();
    }

    private record Overdue(long deadline, Runnable action) implements Deadlines.Expiring {

        static Overdue now(Runnable action) {
            return new Overdue(System.nanoTime(), action);
        }

        @Override
        public void expire() {
            action.run();
        }
    }

    @Test
    void aMessageWhoseTimeIsOverAtOnceHasItsLane() throws Exception {
        var impatient = new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> schedule(Runnable sweep, long delay, TimeUnit unit) {
                sweep.run();
                return super.schedule(() -> {}, 0, unit);
            }
        };
        var intake = new Intake(MessageFilter.all(), ReleaseOn.COMPLETION, 0, 1, 1, WhenFull.HOLD, null);
        var routed = new CountDownLatch(1);
        var lanes = new Lanes(
                intake, Runnable::run, Runnable::run, impatient, delivery -> routed.countDown(), new Counters());

        lanes.accept(new ReceivedMessage(NodeKeys.id(101), new CustomMessage(40_001, new byte[0]), Instant.now()));

        assertThat(routed.getCount()).isZero();
        assertThat(lanes.held()).isEmpty();
        impatient.shutdownNow();
    }

    @Test
    void oneThatFailsKeepsNoOtherFromExpiring() {
        var failed = new CountDownLatch(1);
        var expired = new CountDownLatch(1);

        deadlines.add(Overdue.now(() -> {
            failed.countDown();
            throw new IllegalStateException("broken");
        }));
        await().until(() -> failed.getCount() == 0);
        deadlines.add(Overdue.now(expired::countDown));

        await().until(() -> expired.getCount() == 0);
    }
}

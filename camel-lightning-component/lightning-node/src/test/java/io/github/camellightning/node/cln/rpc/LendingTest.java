// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a thread that reads is lent for; here this one reads, unless the test says otherwise. */
@Timeout(60)
class LendingTest {

    /** What the timer was told to do: the test is its clock. */
    private final Queue<Runnable> looks = new ConcurrentLinkedQueue<>();

    private final AtomicInteger reliefs = new AtomicInteger();
    private final Lending lending = new Lending((nanos, look) -> looks.add(look), reliefs::incrementAndGet);
    /** What runs otherwise would be here. */
    private final Queue<Runnable> otherwise = new ConcurrentLinkedQueue<>();

    private final List<String> done = new CopyOnWriteArrayList<>();

    private boolean add(Runnable task) {
        return lending.add(task, otherwise::add);
    }

    private static void takeLong() {
        // longer than is short, whatever the clock's steps
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
        while (System.nanoTime() - until < 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void tasksRunInTheirOrderOnceWhatWasReadIsWorkedOff() {
        add(() -> done.add("one"));
        add(() -> done.add("two"));
        assertThat(done).isEmpty();

        assertThat(lending.work()).isTrue();

        assertThat(done).containsExactly("one", "two");
        assertThat(otherwise).isEmpty();
    }

    @Test
    void whatATaskLeadsToIsDoneInTheSameTurn() {
        add(() -> add(() -> done.add("its own")));

        assertThat(lending.work()).isTrue();

        assertThat(done).containsExactly("its own");
    }

    @Test
    void aTaskThatFailsKeepsNoneFromRunningAndTheMarkOfAnInterruptIsGone() {
        add(() -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("a fault, as the test wants it");
        });
        add(() -> done.add("after it: " + Thread.currentThread().isInterrupted()));

        assertThat(lending.work()).isTrue();

        assertThat(done).containsExactly("after it: false");
    }

    @Test
    void whereTasksTakeLongOnAverageTheyRunOtherwiseAndForAWhileNoneIsTaken() {
        for (int i = 0; i < 10; i++) {
            add(() -> {
                takeLong();
                done.add("long");
            });
        }

        assertThat(lending.work()).isTrue();

        assertThat(done).as("it takes more than one to make an average").hasSizeBetween(2, 3);
        assertThat(otherwise).hasSize(10 - done.size());
        assertThat(add(() -> done.add("refused"))).isFalse();
        await().until(() -> add(() -> done.add("taken again")));
        assertThat(lending.work()).isTrue();
        assertThat(done).endsWith("taken again");
    }

    /** A reader in the midst of a task that stands still until it is told to go on. */
    private FutureTask<Boolean> standingStill(CountDownLatch goOn) {
        var standing = new CountDownLatch(1);
        add(() -> {
            standing.countDown();
            awaitUninterrupted(goOn);
            done.add("stood still");
        });
        add(() -> done.add("behind it"));
        var reader = new FutureTask<>(lending::work);
        new Thread(reader, "reader").start();
        awaitUninterrupted(standing);
        return reader;
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoStandsStillIsRelievedAndWhatWaitedRunsOtherwise() throws Exception {
        var goOn = new CountDownLatch(1);
        FutureTask<Boolean> reader = standingStill(goOn);

        await().until(() -> {
            Runnable look = looks.poll();
            if (look != null) {
                look.run();
            }
            return reliefs.get() == 1;
        });
        assertThat(otherwise).hasSize(1);
        assertThat(add(() -> done.add("refused"))).isFalse();
        goOn.countDown();

        assertThat(reader.get()).as("it is the reader still").isFalse();
        assertThat(done).containsExactly("stood still");
        otherwise.remove().run();
        assertThat(done).endsWith("behind it");
        assertThat(lending.work()).as("who has taken its place goes on").isTrue();
    }

    @Test
    void whereNobodyWouldNoticeThatItStandsStillNothingIsLent() {
        var unwatched = new Lending(
                (nanos, look) -> {
                    throw new RejectedExecutionException("the timer is stopped");
                },
                reliefs::incrementAndGet);
        unwatched.add(() -> done.add("here"), otherwise::add);

        assertThat(unwatched.work()).isTrue();

        assertThat(done).isEmpty();
        assertThat(otherwise).hasSize(1);
    }

    @Test
    void atTheEndAReaderThatIsLentIsRelievedAtOnce() throws Exception {
        var goOn = new CountDownLatch(1);
        FutureTask<Boolean> reader = standingStill(goOn);

        lending.end();

        assertThat(reliefs).hasValue(1);
        goOn.countDown();
        assertThat(reader.get()).isFalse();
        assertThat(otherwise).hasSize(1);
    }

    @Test
    void atTheEndWhatWasTakenRunsOtherwiseAndNoMoreIsTaken() {
        add(() -> done.add("here"));

        lending.end();

        assertThat(lending.work()).isTrue();
        assertThat(done).isEmpty();
        assertThat(otherwise).hasSize(1);
        assertThat(add(() -> done.add("refused"))).isFalse();
        assertThat(reliefs).hasValue(0);
    }
}

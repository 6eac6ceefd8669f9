// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a thread that reads is lent for; here this one reads, unless the test says otherwise. */
@Timeout(60)
class LendingTest {

    private static final int SEEN = 16;

    /** What the timer was told to do. */
    private final Queue<Runnable> looks = new ConcurrentLinkedQueue<>();

    private final AtomicLong nanos = new AtomicLong(1);

    private final AtomicInteger reliefs = new AtomicInteger();
    private final Lending lending = new Lending((in, look) -> looks.add(look), nanos::get, reliefs::incrementAndGet);
    /** What runs otherwise would be here. */
    private final Queue<Runnable> otherwise = new ConcurrentLinkedQueue<>();

    private final List<String> done = new CopyOnWriteArrayList<>();

    private void add(Runnable task) {
        lending.add(task, otherwise::add);
    }

    /** So that they are known to be short. */
    private void seeShortOnes() {
        for (int i = 0; i < SEEN; i++) {
            add(() -> {});
            otherwise.remove().run();
        }
    }

    private void takeMillis(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** As the timer does, after so long. */
    private void look(long millis) {
        takeMillis(millis);
        looks.remove().run();
    }

    @Test
    void atFirstTheyRunOtherwise() {
        for (int i = 0; i < SEEN; i++) {
            add(() -> {});
        }

        assertThat(otherwise).hasSize(SEEN);
        assertThat(lending.work()).isTrue();
    }

    @Test
    void onceTheyAreKnownToBeShortTheyRunInTheirOrderWhenWhatWasReadIsWorkedOff() {
        seeShortOnes();
        add(() -> done.add("one"));
        add(() -> done.add("two"));
        assertThat(done).isEmpty();

        assertThat(lending.work()).isTrue();

        assertThat(done).containsExactly("one", "two");
        assertThat(otherwise).isEmpty();
    }

    @Test
    void aTurnThatIsLongHandsOverWhatIsLeftOfIt() {
        seeShortOnes();
        for (int i = 0; i < 100; i++) {
            add(() -> {
                nanos.addAndGet(TimeUnit.MICROSECONDS.toNanos(40));
                done.add("here");
            });
        }

        assertThat(lending.work()).isTrue();

        assertThat(done).hasSize(50);
        assertThat(otherwise).hasSize(50);
    }

    @Test
    void whatATaskLeadsToIsDoneInTheSameTurn() {
        seeShortOnes();
        add(() -> add(() -> done.add("its own")));

        assertThat(lending.work()).isTrue();

        assertThat(done).containsExactly("its own");
    }

    @Test
    void theMarkOfAnInterruptThatATaskLeavesIsGone() {
        seeShortOnes();
        add(() -> Thread.currentThread().interrupt());
        add(() -> done.add("interrupted: " + Thread.currentThread().isInterrupted()));

        assertThat(lending.work()).isTrue();

        assertThat(done).containsExactly("interrupted: false");
    }

    @Test
    void aTaskThatFailsKeepsNoneFromRunning() {
        add(() -> {
            throw new IllegalStateException("a fault, as the test wants it");
        });
        otherwise.remove().run();
        add(() -> done.add("after it"));
        otherwise.remove().run();

        assertThat(done).containsExactly("after it");
    }

    @Test
    void whereTheyTakeLongOnAverageTheyRunOtherwiseUntilTheyAreShortAgain() {
        seeShortOnes();
        for (int i = 0; i < 10; i++) {
            add(() -> {
                takeMillis(5);
                done.add("long");
            });
        }

        assertThat(lending.work()).isTrue();

        assertThat(done).as("one of 5 ms in 17 is too much").hasSize(1);
        assertThat(otherwise).hasSize(9);
        otherwise.clear();
        add(() -> done.add("here"));
        while (!otherwise.isEmpty()) {
            otherwise.remove().run();
            add(() -> done.add("here"));
        }
        done.clear();
        assertThat(lending.work()).isTrue();
        assertThat(done).containsExactly("here");
    }

    @Test
    void whoeverRefusesATaskHasItRunOnTheThreadAtHandAndNoneTwice() {
        lending.add(() -> done.add("refused"), task -> {
            throw new OutOfMemoryError("no thread, as the test wants it");
        });
        lending.add(() -> done.add("run there"), task -> {
            task.run();
            throw new RejectedExecutionException("by what it ran");
        });

        assertThat(done).containsExactly("refused", "run there");
    }

    /** A reader in the midst of a task that stands still until it is told to go on. */
    private FutureTask<Boolean> standingStill(CountDownLatch goOn) {
        seeShortOnes();
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

        look(9);
        assertThat(reliefs).hasValue(0);
        look(1);
        assertThat(reliefs).hasValue(1);
        assertThat(otherwise).hasSize(1);
        goOn.countDown();

        assertThat(reader.get()).as("it is the reader still").isFalse();
        assertThat(done).containsExactly("stood still");
        otherwise.remove().run();
        assertThat(done).endsWith("behind it");
        add(() -> done.add("later"));
        assertThat(otherwise).as("for a while nothing is lent").hasSize(1);
    }

    @Test
    void whatItIsGivenWhenItHasJustBeenRelievedRunsOtherwiseToo() throws Exception {
        var goOn = new CountDownLatch(1);
        seeShortOnes();
        var standing = new CountDownLatch(1);
        add(() -> {
            standing.countDown();
            awaitUninterrupted(goOn);
            // whether it was lent was asked before, as it were
            seeShortOnes();
            add(() -> done.add("its own"));
        });
        var reader = new FutureTask<>(lending::work);
        new Thread(reader, "reader").start();
        awaitUninterrupted(standing);
        look(9);
        assertThat(reliefs).hasValue(0);
        look(1);
        assertThat(reliefs).hasValue(1);
        goOn.countDown();

        assertThat(reader.get()).isFalse();
        assertThat(otherwise).hasSize(1);
    }

    @Test
    void whereNobodyWouldNoticeThatItStandsStillNothingIsLent() {
        var unwatched = new Lending(
                (in, look) -> {
                    throw new RejectedExecutionException("the timer is stopped");
                },
                nanos::get,
                reliefs::incrementAndGet);
        for (int i = 0; i < SEEN; i++) {
            unwatched.add(() -> {}, Runnable::run);
        }
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
        seeShortOnes();
        add(() -> done.add("here"));

        lending.end();
        add(() -> done.add("late"));

        assertThat(lending.work()).isTrue();
        assertThat(done).isEmpty();
        assertThat(otherwise).hasSize(2);
        assertThat(reliefs).hasValue(0);
    }
}

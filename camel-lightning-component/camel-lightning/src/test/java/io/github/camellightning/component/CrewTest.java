// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CrewTest {

    private static final int MOST = 4;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Crew crew = new Crew(pool, MOST, timer);

    @AfterEach
    void stop() {
        pool.shutdownNow();
        timer.shutdownNow();
    }

    private static void hold(CountDownLatch gate) {
        try {
            gate.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void everyTaskRunsOnceWhoeverBringsIt() throws Exception {
        var ran = new AtomicInteger();
        var bringing = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            pool.execute(() -> {
                for (int task = 0; task < 20_000; task++) {
                    crew.execute(ran::incrementAndGet);
                }
                bringing.countDown();
            });
        }
        assertThat(bringing.await(60, TimeUnit.SECONDS)).isTrue();
        await().untilAsserted(() -> assertThat(ran).hasValue(160_000));
    }

    @Test
    void tasksThatWaitDoNotKeepOthersFromRunningAndNoMoreRunThanMay() {
        var gate = new CountDownLatch(1);
        var begun = new AtomicInteger();
        for (int i = 0; i < 3 * MOST; i++) {
            crew.execute(() -> {
                begun.incrementAndGet();
                hold(gate);
            });
        }
        await().untilAsserted(() -> assertThat(begun).hasValue(MOST));
        crew.execute(begun::incrementAndGet);
        assertThat(begun).hasValue(MOST);
        gate.countDown();
        await().untilAsserted(() -> assertThat(begun).hasValue(3 * MOST + 1));
    }

    /** On the thread at hand, which finds them short by and by. */
    private static void bringShortTasks(Crew crew) {
        for (int i = 0; i < 1_000; i++) {
            crew.execute(() -> {});
        }
    }

    @Test
    void forShortTasksNoSecondThreadIsWoken() {
        var woken = new AtomicInteger();
        var ran = new AtomicInteger();
        var crew = new Crew(
                thread -> {
                    woken.incrementAndGet();
                    thread.run();
                },
                MOST,
                timer);

        bringShortTasks(crew);
        woken.set(0);

        for (int burst = 0; burst < 1_000; burst++) {
            crew.execute(() -> {
                for (int i = 0; i < 16; i++) {
                    crew.execute(ran::incrementAndGet);
                }
            });
        }

        // a machine that stands still for a while makes some of them long
        assertThat(woken).hasValueBetween(1_000, 3_000);
        assertThat(ran).hasValue(16_000);
    }

    @Test
    void wherePoolsMayRunATaskOnTheThreadAtHandEachTaskAsksThePool() {
        var woken = new AtomicInteger();
        var crew = new Crew(thread -> {
            woken.incrementAndGet();
            thread.run();
        });
        bringShortTasks(crew);
        woken.set(0);

        crew.execute(() -> bringShortTasks(crew));

        assertThat(woken).hasValue(1_001);
    }

    @Test
    void whatWaitsBehindATaskThatStandsStillWhereAllWereShortGetsAThread() throws Exception {
        bringShortTasks(crew);
        var gate = new CountDownLatch(1);
        var others = new CountDownLatch(MOST - 1);
        crew.execute(() -> hold(gate));
        for (int i = 1; i < MOST; i++) {
            crew.execute(() -> {
                others.countDown();
                hold(others);
            });
        }

        assertThat(others.await(10, TimeUnit.SECONDS)).isTrue();
        gate.countDown();
    }

    @RepeatedTest(10)
    void aTimerThatIsStoppedKeepsNoTaskFromRunning() throws Exception {
        bringShortTasks(crew);
        timer.shutdownNow();
        var gate = new CountDownLatch(1);
        var other = new CountDownLatch(1);
        crew.execute(() -> hold(gate));
        crew.execute(other::countDown);

        assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
        gate.countDown();
    }

    @Test
    void aTaskThatFailsTakesNoThreadWithIt() {
        var ran = new AtomicInteger();
        for (int i = 0; i < 3 * MOST; i++) {
            crew.execute(() -> {
                throw new AssertionError("on purpose");
            });
            crew.execute(ran::incrementAndGet);
        }
        await().untilAsserted(() -> assertThat(ran).hasValue(3 * MOST));
    }

    @Test
    void whoeverFindsNoThreadLeavesNoTrace() {
        var starved = new AtomicInteger(MOST);
        var poor = new Crew(
                task -> {
                    if (starved.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("on purpose");
                    }
                    pool.execute(task);
                },
                MOST,
                timer);
        for (int i = 0; i < MOST; i++) {
            assertThatThrownBy(() -> poor.execute(() -> {})).isInstanceOf(OutOfMemoryError.class);
        }
        var ran = new AtomicInteger();
        poor.execute(ran::incrementAndGet);
        await().untilAsserted(() -> assertThat(ran).hasValue(1));
    }

    @Test
    void tasksThatFoundNoThreadDoNotCountAsWaiting() {
        var looks = new ArrayList<Runnable>();
        var byHand = new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> schedule(Runnable look, long delay, TimeUnit unit) {
                looks.add(look);
                return super.schedule(() -> {}, 0, unit);
            }
        };
        var rich = new AtomicBoolean();
        var woken = new AtomicInteger();
        var crew = new Crew(
                thread -> {
                    if (!rich.get()) {
                        throw new RejectedExecutionException("on purpose");
                    }
                    woken.incrementAndGet();
                    thread.run();
                },
                MOST,
                byHand);
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> crew.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        }
        rich.set(true);
        bringShortTasks(crew);
        crew.execute(() -> crew.execute(() -> {}));
        woken.set(0);

        crew.execute(() -> {
            crew.execute(() -> {});
            looks.get(0).run();
        });

        byHand.shutdown();
        assertThat(woken).hasValue(1);
    }

    @Test
    void aTaskThatNoNewThreadTakesIsRunByOneThatRuns() throws Exception {
        var threads = new AtomicInteger();
        Executor oneThread = task -> {
            if (threads.getAndIncrement() > 0) {
                throw new RejectedExecutionException("one is all there is");
            }
            new Thread(task).start();
        };
        var crew = new Crew(oneThread, 3, timer);
        var began = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        var second = new CountDownLatch(1);
        crew.execute(() -> {
            began.countDown();
            hold(gate);
        });
        began.await();

        crew.execute(second::countDown);

        gate.countDown();
        assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoeverBringsATaskToAPoolThatIsStoppedLearnsIt() {
        pool.shutdownNow();
        assertThatThrownBy(() -> crew.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> crew.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}

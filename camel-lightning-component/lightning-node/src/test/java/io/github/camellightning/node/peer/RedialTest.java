// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.PeerAddress;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a configured peer is dialled again, by a clock that the test moves. */
class RedialTest {

    private static final PeerAddress ADDRESS =
            PeerAddress.parse("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798@203.0.113.1:9735");

    private final PeerLimits limits = new PeerLimits();
    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final List<CompletableFuture<Void>> dials = new ArrayList<>();
    private final LongAdder reconnects = new LongAdder();
    private final Redial redial = redial();

    private Redial redial() {
        return new Redial(
                ADDRESS,
                address -> {
                    var dial = new CompletableFuture<Void>();
                    dials.add(dial);
                    return dial;
                },
                clock.eventLoop(),
                limits,
                new PeerLog(60_000),
                reconnects);
    }

    @BeforeEach
    void stopTheClock() {
        clock.freezeTime();
    }

    @AfterEach
    void close() {
        clock.finishAndReleaseAll();
    }

    private void fail() {
        dials.get(dials.size() - 1).completeExceptionally(new NotConnectedException("refused"));
        clock.runPendingTasks();
    }

    private void succeed() {
        dials.get(dials.size() - 1).complete(null);
        clock.runPendingTasks();
    }

    private void disconnected(long upMillis) {
        redial.disconnected(MILLISECONDS.toNanos(upMillis));
        clock.runPendingTasks();
    }

    private boolean isScheduled() {
        return clock.runScheduledPendingTasks() >= 0;
    }

    /** How long until the next dial, which then takes place. */
    private long millisToNextDial() {
        long nanos = clock.runScheduledPendingTasks();
        assertThat(nanos).as("a dial is scheduled").isPositive();
        int before = dials.size();
        clock.advanceTimeBy(nanos - 1, NANOSECONDS);
        clock.runPendingTasks();
        assertThat(dials).hasSize(before);
        clock.advanceTimeBy(1, NANOSECONDS);
        clock.runPendingTasks();
        assertThat(dials).hasSize(before + 1);
        return NANOSECONDS.toMillis(nanos);
    }

    @Test
    void aConfiguredPeerIsDialledAtOnce() {
        redial.start();
        clock.runPendingTasks();

        assertThat(dials).hasSize(1);
        assertThat(isScheduled()).as("one dial at a time").isFalse();
    }

    @Test
    void whileItDoesNotAnswerTheTimeDoublesUpToItsMostGiveOrTakeAHalf() {
        redial.start();
        clock.runPendingTasks();
        for (long expected : new long[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300}) {
            fail();
            assertThat(millisToNextDial()).isBetween(expected * 500, expected * 1_500);
        }
    }

    @Test
    void noTwoNodesDialInStep() {
        List<Long> delays = IntStream.range(0, 20)
                .mapToObj(i -> {
                    Redial another = redial();
                    another.start();
                    clock.runPendingTasks();
                    fail();
                    return millisToNextDial();
                })
                .distinct()
                .toList();

        assertThat(delays).hasSizeGreaterThan(10);
    }

    @Test
    void onceItIsConnectedNobodyDials() {
        redial.start();
        clock.runPendingTasks();
        succeed();

        assertThat(isScheduled()).isFalse();
    }

    @Test
    void onlyWhatWasGoneCountsAsBack() {
        redial.start();
        clock.runPendingTasks();
        succeed();
        assertThat(reconnects.sum()).isZero();

        disconnected(1_000);
        millisToNextDial();
        fail();
        assertThat(reconnects.sum()).isZero();

        millisToNextDial();
        succeed();
        assertThat(reconnects.sum()).isEqualTo(1);
    }

    @Test
    void whenItGoesAfterALongTimeTheDoublingStartsAnew() {
        redial.start();
        clock.runPendingTasks();
        for (int i = 0; i < 5; i++) {
            fail();
            millisToNextDial();
        }
        succeed();
        disconnected(60_000);

        assertThat(millisToNextDial()).isBetween(500L, 1_500L);
    }

    @Test
    void whenItGoesRightAwayTheDoublingGoesOn() {
        redial.start();
        clock.runPendingTasks();
        for (int i = 0; i < 5; i++) {
            fail();
            millisToNextDial();
        }
        succeed();
        disconnected(59_999);

        assertThat(millisToNextDial()).isBetween(16_000L, 48_000L);
    }

    @Test
    void aPeerThatGoesTwiceIsDialledOnce() {
        redial.start();
        clock.runPendingTasks();
        succeed();
        disconnected(100);
        disconnected(100);

        millisToNextDial();
        assertThat(isScheduled()).isFalse();
    }

    @Test
    void afterAStopNobodyDials() {
        redial.start();
        clock.runPendingTasks();
        fail();
        assertThat(isScheduled()).isTrue();

        redial.stop();
        clock.runPendingTasks();
        assertThat(isScheduled()).isFalse();

        disconnected(100_000);
        assertThat(isScheduled()).isFalse();
        assertThat(dials).hasSize(1);
    }

    @Test
    void aDialThatFailsAfterTheStopIsTheLast() {
        redial.start();
        clock.runPendingTasks();
        redial.stop();
        fail();

        assertThat(isScheduled()).isFalse();
    }
}

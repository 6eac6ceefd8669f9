// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.Recallable;
import io.github.camellightning.node.TimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each peer is let through, by a clock of the test's own. */
@Timeout(60)
class SendThrottleTest {

    private static final NodeId BOB = new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static final NodeId CAROL =
            new NodeId("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");
    private static final Duration LONG = Duration.ofMinutes(10);
    /** With its frame's overhead a hundredth of the burst. */
    private static final int SIZE = 10_000 - SendThrottle.FRAME_OVERHEAD;

    private static final int BURST = 100;
    private static final int LARGEST = 65_535;

    private record Due(long at, Runnable task) {}

    private long now = 1;
    private final PriorityQueue<Due> timer = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
    private final SendThrottle throttle =
            new SendThrottle((nanos, task) -> timer.add(new Due(now + nanos, task)), () -> now);
    private final List<Integer> sent = new ArrayList<>();

    private CompletionStage<Integer> send(NodeId peer, int size, Duration deadline, int number) {
        return throttle.send(peer, size, deadline, left -> {
            sent.add(number);
            return CompletableFuture.completedFuture(number);
        });
    }

    private List<CompletionStage<Integer>> send(NodeId peer, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> send(peer, SIZE, LONG, i))
                .toList();
    }

    private List<CompletionStage<Integer>> sendLargest(NodeId peer, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> send(peer, LARGEST, LONG, 10_000 + i))
                .toList();
    }

    private void pass(Duration time) {
        long until = now + time.toNanos();
        while (!timer.isEmpty() && timer.peek().at <= until) {
            Due due = timer.remove();
            now = due.at;
            due.task.run();
        }
        now = until;
    }

    private static Throwable failure(CompletionStage<?> stage) {
        assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
        return stage.toCompletableFuture().handle((done, failure) -> failure).join();
    }

    @Test
    void aMegabyteGoesAtOnceAndThen900000BytesASecond() {
        send(BOB, 400);
        assertThat(sent).hasSize(BURST);

        pass(Duration.ofSeconds(1));
        assertThat(sent.size()).isCloseTo(BURST + 90, within(1));
        pass(Duration.ofSeconds(1));
        assertThat(sent.size()).isCloseTo(BURST + 180, within(1));
        pass(Duration.ofSeconds(10));
        assertThat(sent).hasSize(400);
    }

    @Test
    void aPeersMessagesKeepTheirOrderAndOtherPeersDoNotWait() {
        send(BOB, BURST + 50);
        assertThat(sent).hasSize(BURST);
        assertThat(send(CAROL, SIZE, LONG, -1).toCompletableFuture()).isCompletedWithValue(-1);
        assertThat(send(BOB, 1, LONG, BURST + 50).toCompletableFuture()).isNotDone();

        pass(Duration.ofSeconds(1));
        sent.remove(Integer.valueOf(-1));
        assertThat(sent).isEqualTo(IntStream.rangeClosed(0, BURST + 50).boxed().toList());
    }

    @Test
    void whatAPeerDidNotUseInAWhileIsNoMoreThanTheBurst() {
        send(BOB, BURST);
        pass(Duration.ofHours(1));
        sent.clear();

        send(BOB, 2 * BURST);
        assertThat(sent).hasSize(BURST);
    }

    @Test
    void aMessageThatIsSentFromACompletionOfTheOneBeforeComesAfterThoseThatWait() {
        CompletionStage<Integer> first = send(BOB, SIZE, LONG, 0);
        first.thenRun(() -> send(BOB, SIZE, LONG, 1));

        assertThat(sent).containsExactly(0, 1);
    }

    @Test
    void whatACompletionWaitsForAnotherThreadCanDo() {
        var result = new CompletableFuture<Integer>();
        CompletionStage<Integer> held = throttle.send(BOB, SIZE, LONG, left -> result);
        var byAnother = new CompletableFuture<Integer>();
        held.thenRun(() -> {
            new Thread(() -> byAnother.complete(
                            send(CAROL, SIZE, LONG, 7).toCompletableFuture().join()))
                    .start();
            byAnother.orTimeout(20, TimeUnit.SECONDS).join();
        });
        send(BOB, BURST);

        throttle.send(peers().get(2), SIZE, LONG, left -> {
            result.complete(1);
            return CompletableFuture.completedFuture(2);
        });

        assertThat(byAnother).isCompletedWithValue(7);
    }

    @Test
    void moreThan4096OfAPeerDoNotWait() {
        send(BOB, BURST);
        for (int i = 0; i < SendThrottle.MAX_WAITING; i++) {
            assertThat(send(BOB, 2, LONG, i).toCompletableFuture()).isNotDone();
        }

        assertThat(failure(send(BOB, 2, LONG, 0)))
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining(BOB.hex())
                .hasMessageContaining("4096");
    }

    @Test
    void moreThan16MebibytesOfAPeerDoNotWait() {
        send(BOB, BURST);
        long bytes = 0;
        int cost = LARGEST + SendThrottle.FRAME_OVERHEAD;
        for (; bytes + cost <= SendThrottle.MAX_BYTES_OF_A_PEER; bytes += cost) {
            assertThat(send(BOB, LARGEST, LONG, 0).toCompletableFuture()).isNotDone();
        }

        assertThat(failure(send(BOB, LARGEST, LONG, 0)))
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining(BOB.hex());
    }

    @Test
    void moreThan64MebibytesOfAllDoNotWait() {
        long cost = LARGEST + SendThrottle.FRAME_OVERHEAD;
        long ofAPeer = SendThrottle.MAX_BYTES_OF_A_PEER / cost;
        long waiting = 0;
        for (int peer = 0; waiting + cost <= SendThrottle.MAX_BYTES; peer++) {
            NodeId id = peers().get(peer);
            send(id, BURST);
            for (int i = 0; i < ofAPeer && waiting + cost <= SendThrottle.MAX_BYTES; i++, waiting += cost) {
                assertThat(send(id, LARGEST, LONG, 0).toCompletableFuture()).isNotDone();
            }
        }

        NodeId last = peers().get(5);
        send(last, BURST);
        assertThat(failure(send(last, LARGEST, LONG, 0)))
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining("Peers are sent messages faster");
    }

    /** The generator's multiples from 1 to 6. */
    private static List<NodeId> peers() {
        return List.of(
                BOB,
                CAROL,
                new NodeId("02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9"),
                new NodeId("02e493dbf1c10d80f3581e4904930b1404cc6c13900ee0758474fa94abe8c4cd13"),
                new NodeId("022f8bde4d1a07209355b4a7250a5c5128e88b84bddc619ab7cba8d569b240efe4"),
                new NodeId("03fff97bd5755eeea420453a14355235d382f6472f8568a18b2f057a1460297556"));
    }

    @Test
    void aMessageWhoseTurnDoesNotComeInTimeFailsUnwrittenAndTheNextOnesGoOn() {
        send(BOB, BURST);
        CompletionStage<Integer> first = send(BOB, LARGEST, LONG, 1_000);
        CompletionStage<Integer> tooLate = send(BOB, SIZE, Duration.ofMillis(50), 1_001);
        CompletionStage<Integer> next = send(BOB, SIZE, LONG, 1_002);

        pass(Duration.ofSeconds(1));

        assertThat(failure(tooLate)).isInstanceOf(TimeoutException.class).hasMessageContaining(BOB.hex());
        assertThat(first.toCompletableFuture()).isCompletedWithValue(1_000);
        assertThat(next.toCompletableFuture()).isCompletedWithValue(1_002);
        assertThat(sent).doesNotContain(1_001);
    }

    @Test
    void aMessageFailsWhenItsDeadlinePassesWhereverItWaitsAndIsNeverSent() {
        send(BOB, BURST);
        List<CompletionStage<Integer>> before = sendLargest(BOB, 50);
        CompletionStage<Integer> hasty = send(BOB, SIZE, Duration.ofMillis(50), 1_000);
        CompletionStage<Integer> patient = send(BOB, SIZE, LONG, 1_001);

        pass(Duration.ofMillis(49));
        assertThat(hasty.toCompletableFuture()).isNotDone();
        pass(Duration.ofMillis(1));

        assertThat(before.get(0).toCompletableFuture()).isNotDone();
        assertThat(failure(hasty)).isInstanceOf(TimeoutException.class).hasMessageContaining(BOB.hex());
        pass(Duration.ofMinutes(1));
        assertThat(before).allMatch(one -> one.toCompletableFuture().isDone());
        assertThat(patient.toCompletableFuture()).isCompletedWithValue(1_001);
        assertThat(sent).doesNotContain(1_000);
    }

    @Test
    void deadlinesAreKeptInWhateverOrderTheyCome() {
        for (NodeId peer : List.of(BOB, CAROL)) {
            send(peer, BURST);
            sendLargest(peer, 100);
        }
        List<Integer> seconds = List.of(5, 2, 4, 1, 3);
        List<CompletionStage<Integer>> waiting = seconds.stream()
                .map(second -> send(second % 2 == 0 ? BOB : CAROL, 2, Duration.ofSeconds(second), second))
                .toList();

        for (int second = 1; second <= 5; second++) {
            pass(Duration.ofSeconds(1));
            for (int i = 0; i < seconds.size(); i++) {
                assertThat(waiting.get(i).toCompletableFuture().isCompletedExceptionally())
                        .as("that of %d s after %d s", seconds.get(i), second)
                        .isEqualTo(seconds.get(i) <= second);
            }
        }
    }

    @Test
    void whatHasFailedMakesRoom() {
        send(BOB, BURST);
        sendLargest(BOB, 100);
        for (int i = 100; i < SendThrottle.MAX_WAITING; i++) {
            send(BOB, 2, Duration.ofMillis(10), i);
        }
        assertThat(failure(send(BOB, 2, LONG, 0))).isInstanceOf(QueueFullException.class);

        pass(Duration.ofMillis(10));

        assertThat(send(BOB, 2, LONG, 0).toCompletableFuture()).isNotDone();
    }

    @Test
    void howeverManyWaitThereAreFewTimers() {
        send(BOB, BURST);
        for (int i = 0; i < SendThrottle.MAX_WAITING; i++) {
            send(BOB, 2, Duration.ofMillis(60_000 - i), i);
        }

        assertThat(timer).hasSizeLessThan(5);
    }

    @Test
    void whatWaitsCanBeRecalledAndIsNeverSent() {
        send(BOB, BURST);
        CompletionStage<Integer> first = send(BOB, LARGEST, LONG, 1_000);
        CompletionStage<Integer> second = send(BOB, SIZE, LONG, 1_001);
        CompletionStage<Integer> third = send(BOB, SIZE, LONG, 1_002);
        var reason = new TimeoutException("nobody waits for it any more");

        assertThat(((Recallable) first).recall(reason)).isTrue();
        assertThat(((Recallable) second).recall(reason)).isTrue();

        assertThat(failure(first)).isSameAs(reason);
        assertThat(failure(second)).isSameAs(reason);
        assertThat(((Recallable) first).recall(reason)).isFalse();
        pass(Duration.ofMinutes(1));
        assertThat(third.toCompletableFuture()).isCompletedWithValue(1_002);
        assertThat(sent).hasSize(BURST + 1).doesNotContain(1_000, 1_001);
    }

    @Test
    void whatIsBeingSentCannotBeRecalled() {
        var sending = new CompletableFuture<Integer>();
        CompletionStage<Integer> stage = throttle.send(BOB, SIZE, LONG, left -> sending);

        assertThat(((Recallable) stage).recall(new TimeoutException("too late")))
                .isFalse();

        assertThat(stage.toCompletableFuture()).isNotDone();
        sending.complete(1);
        assertThat(stage.toCompletableFuture()).isCompletedWithValue(1);
    }

    @Test
    void whatIsCancelledWhileItWaitsIsNeverSentAndMakesRoom() {
        send(BOB, BURST);
        List<CompletionStage<Integer>> waiting = IntStream.range(0, SendThrottle.MAX_WAITING)
                .mapToObj(i -> send(BOB, 2, LONG, 1_000 + i))
                .toList();

        waiting.forEach(one -> one.toCompletableFuture().cancel(false));

        assertThat(send(BOB, 2, LONG, -1).toCompletableFuture()).isNotDone();
        pass(Duration.ofMinutes(1));
        assertThat(sent.subList(BURST, sent.size())).containsExactly(-1);
    }

    @Test
    void aDeadlineBeyondAllTimeIsNone() {
        send(BOB, BURST);
        CompletionStage<Integer> patient = send(BOB, SIZE, Duration.ofMillis(Long.MAX_VALUE), BURST);

        assertThat(patient.toCompletableFuture()).isNotDone();
        pass(Duration.ofSeconds(1));
        assertThat(patient.toCompletableFuture()).isCompletedWithValue(BURST);
    }

    @Test
    void whatWaitsAtAStopFailsUnwrittenAndSoDoesWhatComesAfterIt() {
        List<CompletionStage<Integer>> all = send(BOB, BURST + 10);

        throttle.close();
        pass(Duration.ofMinutes(1));

        assertThat(all.subList(0, BURST))
                .allMatch(one -> one.toCompletableFuture().isDone());
        assertThat(all.subList(BURST, BURST + 10))
                .allSatisfy(one -> assertThat(failure(one)).isInstanceOf(NotConnectedException.class));
        assertThat(failure(send(BOB, SIZE, LONG, 0))).isInstanceOf(NotConnectedException.class);
        assertThat(sent).hasSize(BURST);
    }

    @Test
    void whatWaitedHasWhatIsLeftOfItsTime() {
        var left = new ArrayList<Duration>();
        for (int i = 0; i <= BURST; i++) {
            throttle.send(BOB, SIZE, Duration.ofSeconds(10), within -> {
                left.add(within);
                return CompletableFuture.completedFuture(1);
            });
        }
        pass(Duration.ofSeconds(1));

        assertThat(left.subList(0, BURST)).containsOnly(Duration.ofSeconds(10));
        assertThat(left.get(BURST)).isEqualTo(Duration.ofSeconds(10).minusNanos((long)
                Math.ceil(10_000 / SendThrottle.BYTES_PER_SECOND * 1e9)));
    }

    @Test
    void aCallThatThrowsFailsItsMessageOnly() {
        CompletionStage<Integer> thrown = throttle.send(BOB, SIZE, LONG, left -> {
            throw new IllegalStateException("broken");
        });

        assertThatThrownBy(() -> thrown.toCompletableFuture().join()).hasRootCauseMessage("broken");
        assertThat(send(BOB, SIZE, LONG, 1).toCompletableFuture()).isCompletedWithValue(1);
    }
}

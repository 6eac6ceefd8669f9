// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What waits here of one peer, in order and within bounds. */
class HookQueueTest {

    private static final NodeId BOB = new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static final NodeId CAROL =
            new NodeId("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");

    private final MessageDispatcher dispatcher = new MessageDispatcher();
    private final List<NodeId> reported = new ArrayList<>();
    private long now = 1;
    private final HookQueue queue = new HookQueue(dispatcher, reported::add, () -> now);
    private int taken;
    private final Logger logger = (Logger) LoggerFactory.getLogger(CoreLightningNode.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<ReceivedMessage> delivered = new ArrayList<>();
    private final ArrayDeque<CompletableFuture<Void>> held = new ArrayDeque<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void close() {
        logger.detachAppender(lines);
    }

    private void hold() {
        dispatcher.register(MessageFilter.all(), message -> {
            delivered.add(message);
            var handled = new CompletableFuture<Void>();
            held.add(handled);
            return handled;
        });
    }

    private void releaseAll() {
        while (!held.isEmpty()) {
            held.remove().complete(null);
        }
    }

    private CompletionStage<Void> offer(NodeId peer, int type, int bytes) {
        return queue.offer(
                new ReceivedMessage(peer, new CustomMessage(type, new byte[bytes]), Instant.EPOCH), () -> taken++);
    }

    private static boolean isDone(CompletionStage<Void> stage) {
        return stage.toCompletableFuture().isDone();
    }

    @Test
    void aPeersMessagesComeOneAfterTheOtherAndPeersBesideEachOther() {
        hold();
        offer(BOB, 40_001, 1);
        CompletionStage<Void> second = offer(BOB, 40_003, 1);
        offer(CAROL, 40_005, 1);

        assertThat(delivered).extracting(message -> message.message().type()).containsExactly(40_001, 40_005);
        assertThat(isDone(second)).isFalse();

        releaseAll();
        assertThat(delivered).extracting(message -> message.message().type()).containsExactly(40_001, 40_005, 40_003);
        assertThat(isDone(second)).isTrue();
    }

    @Test
    void behindTheOneThatIsHandled1024MayWaitAndThePeerIsReportedOnce() {
        hold();
        List<CompletionStage<Void>> offered = IntStream.rangeClosed(0, HookQueue.MAX_MESSAGES)
                .mapToObj(i -> offer(BOB, 40_001, 1))
                .toList();
        assertThat(offered).noneMatch(HookQueueTest::isDone);
        assertThat(reported).isEmpty();

        assertThat(isDone(offer(BOB, 40_001, 1))).isTrue();
        assertThat(isDone(offer(BOB, 40_001, 1))).isTrue();
        offer(CAROL, 40_001, 1);

        assertThat(reported).containsExactly(BOB);
        releaseAll();
        assertThat(delivered).hasSize(HookQueue.MAX_MESSAGES + 2);
    }

    @Test
    void behindTheOneThatIsHandled16MebibytesMayWait() {
        hold();
        int each = CustomMessage.MAX_PAYLOAD;
        offer(BOB, 40_001, each);
        long waiting = 0;
        while (waiting < HookQueue.MAX_BYTES) {
            assertThat(isDone(offer(BOB, 40_001, each))).isFalse();
            waiting += each;
        }

        assertThat(isDone(offer(BOB, 40_001, 1))).isTrue();
        assertThat(reported).containsExactly(BOB);
    }

    @Test
    void aPeerThatHasTooMuchAgainOnceAllWasHandledIsReportedAgain() {
        hold();
        for (int times = 1; times <= 2; times++) {
            for (int i = 0; i <= HookQueue.MAX_MESSAGES + 2; i++) {
                offer(BOB, 40_001, 1);
            }
            assertThat(reported).hasSize(times).containsOnly(BOB);
            releaseAll();
        }
    }

    private void fill(NodeId peer) {
        for (int i = 0; i <= HookQueue.MAX_MESSAGES; i++) {
            offer(peer, 40_001, 1);
        }
    }

    @Test
    void aPeerThatComesBackAndFloodsAgainWhileTheRouteIsStuckIsReportedAgain() {
        hold();
        fill(BOB);
        offer(BOB, 40_001, 1);
        assertThat(reported).containsExactly(BOB);

        now += HookQueue.REPORTED_AGAIN_AFTER - 1;
        offer(BOB, 40_001, 1);
        assertThat(reported).containsExactly(BOB);

        now++;
        offer(BOB, 40_001, 1);
        offer(BOB, 40_001, 1);
        assertThat(reported).containsExactly(BOB, BOB);
    }

    @Test
    void whatIsPassedOverWasNotReceivedAndTheLogSaysSoOnceForEachPeerWithWhatToDo() {
        hold();
        fill(BOB);
        fill(CAROL);
        assertThat(lines.list).isEmpty();

        for (int i = 0; i < 100; i++) {
            now += HookQueue.REPORTED_AGAIN_AFTER;
            offer(BOB, 40_001, 1);
        }
        offer(CAROL, 40_001, 1);

        assertThat(taken).isEqualTo(2 * (HookQueue.MAX_MESSAGES + 1));
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        line -> assertThat(line).contains(BOB.hex(), "are lost", "see what keeps it"),
                        line -> assertThat(line).contains(CAROL.hex()));
        releaseAll();
        assertThat(delivered).hasSize(taken);
    }

    @Test
    void onceSomeAreHandledThereIsRoomAgain() {
        hold();
        for (int i = 0; i <= HookQueue.MAX_MESSAGES; i++) {
            offer(BOB, 40_001, 1);
        }
        held.remove().complete(null);

        assertThat(isDone(offer(BOB, 40_003, 1))).isFalse();
        releaseAll();
        assertThat(delivered.get(delivered.size() - 1).message().type()).isEqualTo(40_003);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static io.github.camellightning.node.commando.Commandos.RUNE;
import static io.github.camellightning.node.commando.Commandos.big;
import static io.github.camellightning.node.commando.Commandos.failureOf;
import static io.github.camellightning.node.commando.Commandos.getinfo;
import static io.github.camellightning.node.commando.Commandos.resultOf;
import static io.github.camellightning.node.commando.ScriptedPeer.OTHER_PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.PEER;
import static io.github.camellightning.node.commando.ScriptedPeer.part;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Nothing grows without bound, whatever callers and peers do. */
@Timeout(60)
class BoundsTest {

    @TempDir
    Path directory;

    private final ScriptedPeer peer = new ScriptedPeer();

    @Test
    void callsOnOnePeerAndCallsInAllAreCounted() {
        try (var client = new CommandoClient(Commandos.settings(directory, 3, 5, 1 << 20, 1 << 20), peer)) {
            for (int i = 0; i < 3; i++) {
                client.call(PEER, getinfo(), RUNE);
            }
            long number = peer.lastRequest().number();
            assertThat(failureOf(QueueFullException.class, client.call(PEER, getinfo(), RUNE)))
                    .hasMessageContaining("maxCallsPerPeer=3")
                    .satisfies(full -> assertThat(full.isRetryable()).isTrue());
            client.call(OTHER_PEER, getinfo(), RUNE);
            client.call(OTHER_PEER, getinfo(), RUNE);
            assertThat(failureOf(QueueFullException.class, client.call(OTHER_PEER, getinfo(), RUNE)))
                    .hasMessageContaining("maxCalls=5");
            assertThat(peer.requests).hasSize(5);

            CompletionStage<Void> room = client.received(PEER, part(number, true, "{\"result\":1}"));
            assertThat(room).isCompleted();
            org.awaitility.Awaitility.await().until(() -> {
                client.call(OTHER_PEER, getinfo(), RUNE);
                return peer.requests.size() == 6;
            });
        }
    }

    @Test
    void requestsThatWaitToBeSentAreCountedByTheirBytes() {
        try (var client = new CommandoClient(Commandos.settings(directory, 64, 64, 500_000, 1 << 20), peer)) {
            peer.hold();
            client.call(PEER, big('a', 900_000), RUNE);
            assertThat(failureOf(QueueFullException.class, client.call(PEER, getinfo(), RUNE)))
                    .hasMessageContaining("maxRequestBytes=500000");
            peer.release();
            CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
            assertThat(call.toCompletableFuture()).isNotDone();
        }
    }

    @Test
    void placesComeBackHoweverCallsEnd() {
        try (var client = new CommandoClient(Commandos.settings(directory, 4, 4, 1 << 20, 1 << 20), peer)) {
            for (int round = 0; round < 1_000; round++) {
                CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
                switch (round % 3) {
                    case 0 -> client.disconnected(PEER, "x");
                    case 1 -> call.toCompletableFuture().cancel(true);
                    default -> client.down("x");
                }
                assertThat(call).isDone();
            }
        }
    }

    @Test
    void repliesThatNobodyWaitsForCostNothingAndAreToldOnceAMinute() {
        var logger = (Logger) LoggerFactory.getLogger(CommandoClient.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.DEBUG);
        try (var client = new CommandoClient(Commandos.settings(directory), peer)) {
            CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
            var payload = new byte[8 + 1_000];
            for (int i = 0; i < 1_000_000; i++) {
                payload[0] = (byte) i;
                payload[1] = (byte) (i >> 8);
                payload[2] = (byte) (i >> 16);
                assertThat(client.received(PEER, new CustomMessage(0x594b, payload)))
                        .isCompleted();
            }
            assertThat(client.received(PEER, new CustomMessage(0x594d, new byte[3])))
                    .isCompleted();
            assertThat(call.toCompletableFuture()).isNotDone();
            assertThat(lines.list).hasSize(1);
            assertThat(lines.list.get(0).getFormattedMessage()).contains(PEER.hex());
        } finally {
            logger.setLevel(null);
            logger.detachAppender(lines);
        }
    }

    @Test
    void aDiskThatIsSlowerThanThePeerStopsTheReadingAndNotTheReader() throws Exception {
        long limit = 256 << 10;
        try (var client = new CommandoClient(Commandos.settings(directory, 64, 64, 1 << 20, limit), peer)) {
            var busy = new CountDownLatch(1);
            var blocked = new CountDownLatch(1);
            // whoever waits in what depends on a call holds up the thread that reads replies, as a slow disk does
            client.call(PEER, getinfo(), RUNE).thenRun(() -> {
                busy.countDown();
                awaitUninterruptibly(blocked);
            });
            // of two parts, for one alone is read at once
            client.received(PEER, part(peer.lastRequest().number(), false, "{\"result\":"));
            client.received(PEER, part(peer.lastRequest().number(), true, "1}"));
            busy.await();

            CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
            long number = peer.lastRequest().number();
            client.received(PEER, part(number, false, "{\"result\":\""));
            var rooms = new ArrayList<CompletionStage<Void>>();
            String much = "x".repeat(60_000);
            for (int i = 0; i < 8; i++) {
                rooms.add(client.received(PEER, part(number, false, much)));
            }
            assertThat(rooms.get(0)).isCompleted();
            assertThat(rooms.get(7).toCompletableFuture()).isNotDone();
            blocked.countDown();
            rooms.get(7).toCompletableFuture().get(20, TimeUnit.SECONDS);
            client.received(PEER, part(number, true, "\"}"));
            try (JsonResult result = resultOf(call)) {
                assertThat(result.size()).isEqualTo(8 * 60_000 + 2);
            }
        }
    }

    @Test
    void aReaderThatDoesNotStopLosesTheCall() throws Exception {
        long limit = 64 << 10;
        try (var client = new CommandoClient(Commandos.settings(directory, 64, 64, 1 << 20, limit), peer)) {
            var busy = new CountDownLatch(1);
            var blocked = new CountDownLatch(1);
            client.call(PEER, getinfo(), RUNE).thenRun(() -> {
                busy.countDown();
                awaitUninterruptibly(blocked);
            });
            // of two parts, for one alone is read at once
            client.received(PEER, part(peer.lastRequest().number(), false, "{\"result\":"));
            client.received(PEER, part(peer.lastRequest().number(), true, "1}"));
            busy.await();
            CompletionStage<JsonResult> call = client.call(PEER, getinfo(), RUNE);
            long number = peer.lastRequest().number();
            for (int i = 0; i < 20 && !call.toCompletableFuture().isDone(); i++) {
                client.received(PEER, part(number, false, "x".repeat(60_000)));
            }
            assertThat(failureOf(OutcomeUnknownException.class, call)).hasMessageContaining("faster than");
            blocked.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

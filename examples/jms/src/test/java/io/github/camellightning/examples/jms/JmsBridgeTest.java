// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.component.LightningConstants;
import io.github.camellightning.node.delivery.RefusedException;
import jakarta.jms.BytesMessage;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeRedeliveryEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSentEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jms.core.JmsTemplate;

/** What the bridge promises while things break. */
class JmsBridgeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long REDELIVERY_MILLIS = 100;

    @TempDir
    Path folder;

    private TwoSides sides;

    @BeforeEach
    void setUp() throws Exception {
        sides = new TwoSides(folder, REDELIVERY_MILLIS);
    }

    @AfterEach
    void tearDown() throws Exception {
        sides.close();
    }

    private static List<String> orders(int count) {
        return IntStream.range(0, count).mapToObj(i -> "order " + i).toList();
    }

    private void awaitEmptied() {
        await().atMost(PATIENCE).until(() -> sides.waiting() == 0);
    }

    /** Has Alice's context tell what happens in it, on the thread on which it does. */
    private void onAlicesEvents(Consumer<CamelEvent> listener) {
        sides.alice().camel().getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                listener.accept(event);
            }
        });
    }

    @Test
    void whateverBreaksEachMessageArrivesOnceAndItsQueueIsEmpty() throws Exception {
        List<String> orders = orders(800);
        var attempts = new AtomicInteger();
        sides.bobAccepts = order -> {
            if (attempts.incrementAndGet() % 7 == 0) {
                throw new IllegalStateException("not now");
            }
        };
        sides.produce(orders);
        sides.startBob();
        sides.startAlice();
        for (int round = 1; round <= 4; round++) {
            int some = round * 160;
            await().atMost(PATIENCE).until(() -> attempts.get() >= some);
            sides.proxy.cutAfter(997L * round);
            await().atMost(PATIENCE).until(() -> attempts.get() >= some + 60);
            if (round % 2 == 0) {
                sides.stopAlice();
                sides.startAlice();
            } else {
                sides.stopBob();
                sides.startBob();
            }
        }
        awaitEmptied();

        assertThat(sides.inBobsQueue()).containsExactlyInAnyOrderElementsOf(orders);
        assertThat(sides.dead()).isZero();
    }

    @Test
    void aMessageLeavesItsQueueWhenItWasAcknowledgedAndNotBeforeNotEvenByAStopThatIsForced() throws Exception {
        List<String> orders = orders(20);
        var entered = new AtomicInteger();
        var gate = new CountDownLatch(1);
        sides.bobAccepts = order -> {
            entered.incrementAndGet();
            gate.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        };
        sides.produce(orders);
        sides.startBob();
        sides.startAlice();
        await().atMost(PATIENCE).until(() -> entered.get() > 0);
        assertThat(sides.waiting()).isEqualTo(orders.size());

        sides.alice().camel().getShutdownStrategy().setTimeout(1);
        sides.stopAlice();
        assertThat(sides.waiting()).isEqualTo(orders.size());

        sides.startAlice();
        gate.countDown();
        awaitEmptied();
        assertThat(sides.inBobsQueue()).containsExactlyInAnyOrderElementsOf(orders);
    }

    @Test
    void whatIsRefusedForNowIsGivenOutAgainByTheBrokerAfterItsDelay() throws Exception {
        Queue<Long> attempts = new ConcurrentLinkedQueue<>();
        sides.bobAccepts = order -> {
            attempts.add(System.nanoTime());
            if (attempts.size() < 3) {
                throw new IllegalStateException("not now");
            }
        };
        sides.produce(orders(1));
        sides.startBob();
        sides.startAlice();
        awaitEmptied();

        assertThat(sides.inBobsQueue()).containsExactly("order 0");
        assertThat(sides.dead()).isZero();
        assertThat(attempts).hasSize(3);
        List<Long> times = List.copyOf(attempts);
        assertThat(Duration.ofNanos(times.get(1) - times.get(0))).isGreaterThan(Duration.ofMillis(REDELIVERY_MILLIS));
        assertThat(Duration.ofNanos(times.get(2) - times.get(1))).isGreaterThan(Duration.ofMillis(REDELIVERY_MILLIS));
    }

    @Test
    void whatIsRefusedForGoodIsADeadLetterWithItsReasonAtOnce() throws Exception {
        sides.bobAccepts = order -> {
            throw new RefusedException("no such account", false);
        };
        sides.produce(orders(1));
        sides.startBob();
        sides.startAlice();

        Message dead = TwoSides.take(sides.alicesBroker, QueueToPeer.DEAD);
        assertThat(((TextMessage) dead).getText()).isEqualTo("order 0");
        assertThat(dead.getStringProperty("lightningReason")).endsWith("for good: no such account");
        assertThat(dead.getIntProperty("lightningDeliveries")).isEqualTo(1);
        assertThat(sides.waiting()).isZero();
    }

    @Test
    void whatIsRefusedForNowTooOftenIsADeadLetterWithTheLastReason() throws Exception {
        sides.mostDeliveries = 3;
        var attempts = new AtomicInteger();
        sides.bobAccepts = order -> {
            throw new RefusedException("not now, " + attempts.incrementAndGet(), true);
        };
        sides.produce(orders(1));
        sides.startBob();
        sides.startAlice();

        Message dead = TwoSides.take(sides.alicesBroker, QueueToPeer.DEAD);
        assertThat(dead.getStringProperty("lightningReason")).endsWith("for now: not now, 3");
        assertThat(dead.getIntProperty("lightningDeliveries")).isEqualTo(3);
        assertThat(sides.waiting()).isZero();
    }

    @Test
    void aDeadLetterIsThereWhenTheMessageHasLeftItsQueueAndNotBefore() throws Exception {
        sides.bobAccepts = order -> {
            throw new RefusedException("no such account", false);
        };
        sides.startBob();
        sides.startAlice();
        Queue<Long> deadBeforeTheCommit = new ConcurrentLinkedQueue<>();
        onAlicesEvents(event -> {
            if (event instanceof ExchangeSentEvent sent
                    && sent.getEndpoint().getEndpointUri().contains(QueueToPeer.DEAD)) {
                deadBeforeTheCommit.add(sides.dead());
            }
        });
        sides.produce(orders(1));
        awaitEmptied();

        assertThat(deadBeforeTheCommit).containsExactly(0L);
        assertThat(sides.dead()).isEqualTo(1);
    }

    @Test
    void thatThePeerIsAwayIsNotHeldAgainstAMessage() throws Exception {
        sides.mostDeliveries = 2;
        sides.deliveryTimeout = Duration.ofMillis(100);
        var attempts = new AtomicInteger();
        sides.bobAccepts = order -> attempts.incrementAndGet();
        sides.startAlice();
        var redeliveries = new AtomicInteger();
        onAlicesEvents(event -> {
            if (event instanceof ExchangeRedeliveryEvent) {
                redeliveries.incrementAndGet();
            }
        });
        sides.produce(orders(1));
        await().atMost(PATIENCE).until(() -> redeliveries.get() >= 3);
        sides.startBob();
        awaitEmptied();

        assertThat(sides.inBobsQueue()).containsExactly("order 0");
        assertThat(attempts).hasValue(1);
        assertThat(sides.dead()).isZero();
    }

    @Test
    void whatTheRepositoryDoesNotKnowTheBrokerStillDoes() throws Exception {
        var attempts = new AtomicInteger();
        sides.bobAccepts = order -> attempts.incrementAndGet();
        sides.startBob();
        sides.startAlice();
        sendAsEnvelope("7 apples");
        sides.stopBob();
        sides.bobsHandled = folder.resolve("bob.handled.lost");
        sides.startBob();
        sendAsEnvelope("7 apples");

        assertThat(attempts).hasValue(2);
        assertThat(sides.inBobsQueue()).containsExactly("7 apples");
    }

    /** The same envelope each time. */
    private void sendAsEnvelope(String order) {
        sides.alice()
                .camel()
                .createProducerTemplate()
                .sendBodyAndHeaders(
                        "lightning:sendcustommsg?delivery=acknowledged&peerId=" + TwoSides.BOB,
                        order,
                        Map.of(LightningConstants.ENVELOPE_ID, order, "Content-Type", PeerToQueue.TEXT));
    }

    @Test
    void aTextArrivesAsTextBytesAsBytesAndWhatIsNeitherIsADeadLetter() throws Exception {
        sides.startBob();
        sides.startAlice();
        var template = new JmsTemplate(sides.alicesBroker.connections());
        template.convertAndSend(QueueToPeer.QUEUE, "sieben Äpfel");
        Message text = TwoSides.take(sides.bobsBroker, PeerToQueue.QUEUE);
        assertThat(((TextMessage) text).getText()).isEqualTo("sieben Äpfel");
        assertThat(text.getStringProperty("lightningPeer")).isEqualTo(TwoSides.ALICE.hex());
        assertThat(text.getIntProperty("lightningType")).isEqualTo(41_245);
        assertThat(text.getStringProperty("lightningEnvelope")).matches("[0-9a-f]{32}");

        template.convertAndSend(QueueToPeer.QUEUE, new byte[] {1, 2, 3});
        var bytes = (BytesMessage) TwoSides.take(sides.bobsBroker, PeerToQueue.QUEUE);
        assertThat(bytes.getBody(byte[].class)).containsExactly(1, 2, 3);

        template.convertAndSend(QueueToPeer.QUEUE, Map.of("apples", 7));
        Message dead = TwoSides.take(sides.alicesBroker, QueueToPeer.DEAD);
        assertThat(dead.getStringProperty("lightningReason")).isEqualTo("The message is neither a text nor bytes");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the bridge promises while things break. */
class KafkaBridgeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Broker broker;

    private TwoSides sides;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new Broker();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @BeforeEach
    void setUp() throws Exception {
        sides = new TwoSides(broker);
    }

    @AfterEach
    void tearDown() throws Exception {
        sides.close();
    }

    private static List<String> orders(int count) {
        return IntStream.range(0, count).mapToObj(i -> "order " + i).toList();
    }

    private void awaitCommitted(long records) {
        await().atMost(PATIENCE).until(() -> sides.committed() == records);
    }

    /** Bob's route fails with every so manieth order, before it is in his topic. */
    private AtomicInteger failsNowAndThen(int every) {
        var attempts = new AtomicInteger();
        sides.bobAccepts = order -> {
            if (attempts.incrementAndGet() % every == 0) {
                throw new IllegalStateException("not now");
            }
        };
        return attempts;
    }

    @Test
    void whateverBreaksEachRecordArrivesOnceAndAllOfThemAreCommitted() throws Exception {
        List<String> orders = orders(2_000);
        AtomicInteger attempts = failsNowAndThen(7);
        sides.startBob();
        sides.startAlice();
        sides.produce(orders);
        for (int round = 1; round <= 4; round++) {
            int some = round * 400;
            await().atMost(PATIENCE).until(() -> attempts.get() >= some);
            sides.proxy.cutAfter(997L * round);
            await().atMost(PATIENCE).until(() -> attempts.get() >= some + 100);
            if (round % 2 == 0) {
                sides.stopAlice();
                sides.startAlice();
            } else {
                sides.stopBob();
                sides.startBob();
            }
        }
        awaitCommitted(orders.size());

        assertThat(sides.inBobsTopic()).containsExactlyInAnyOrderElementsOf(orders);
        assertThat(broker.size(sides.alices.dead())).isZero();
    }

    @Test
    void nothingIsCommittedThatWasNotAcknowledgedNotEvenByAStopThatIsForced() throws Exception {
        List<String> orders = orders(50);
        var entered = new AtomicInteger();
        var gate = new CountDownLatch(1);
        sides.bobAccepts = order -> {
            entered.incrementAndGet();
            gate.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        };
        sides.startBob();
        sides.startAlice();
        sides.produce(orders);
        await().atMost(PATIENCE).until(() -> entered.get() > 0);
        assertThat(sides.committed()).isZero();

        sides.alice().camel().getShutdownStrategy().setTimeout(1);
        sides.stopAlice();
        assertThat(sides.committed()).isZero();

        sides.startAlice();
        gate.countDown();
        awaitCommitted(orders.size());
        assertThat(sides.inBobsTopic()).containsExactlyInAnyOrderElementsOf(orders);
    }

    @Test
    void whatIsReadAgainIsKnownAgainByAReceiverThatWasStartedAnew() throws Exception {
        List<String> orders = orders(300);
        sides.startBob();
        sides.startAlice();
        sides.produce(orders);
        awaitCommitted(orders.size());
        sides.stopAlice();
        sides.stopBob();

        commitNothing();
        sides.startBob();
        sides.startAlice();
        awaitCommitted(orders.size());

        assertThat(sides.inBobsTopic()).containsExactlyInAnyOrderElementsOf(orders);
    }

    /** Has the group begin anew, as after a restore of what it had committed. */
    private void commitNothing() throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = broker.admin()
                .listConsumerGroupOffsets(sides.alices.group())
                .partitionsToOffsetAndMetadata()
                .get();
        committed.replaceAll((partition, offset) -> new OffsetAndMetadata(0));
        broker.admin()
                .alterConsumerGroupOffsets(sides.alices.group(), committed)
                .all()
                .get();
    }

    @Test
    void anOutageLongerThanTheGroupIsPatientLosesNothingAndDoublesNothing() throws Exception {
        List<String> orders = orders(500);
        sides.maxPollIntervalMillis = 2_000;
        sides.deliveryTimeout = Duration.ofSeconds(1);
        var entered = new AtomicInteger();
        sides.startAlice();
        sides.bobAccepts = order -> entered.incrementAndGet();
        sides.produce(orders);
        await().atMost(PATIENCE).until(() -> group() == GroupState.STABLE);
        await().atMost(PATIENCE).until(() -> group() == GroupState.EMPTY);
        assertThat(sides.committed()).isZero();

        sides.startBob();
        awaitCommitted(orders.size());

        assertThat(sides.inBobsTopic()).containsExactlyInAnyOrderElementsOf(orders);
        assertThat(entered).hasValue(orders.size());
        assertThat(broker.size(sides.alices.dead())).isZero();
    }

    private GroupState group() throws Exception {
        String group = sides.alices.group();
        return broker.admin()
                .describeConsumerGroups(List.of(group))
                .describedGroups()
                .get(group)
                .get()
                .groupState();
    }

    @Test
    void inOrderTheyArriveAsTheyWereProducedWhateverBreaks() throws Exception {
        List<String> orders = orders(120);
        sides.ordered = true;
        AtomicInteger attempts = failsNowAndThen(17);
        sides.startBob();
        sides.startAlice();
        sides.produce(orders);
        await().atMost(PATIENCE).until(() -> attempts.get() >= 20);
        sides.proxy.cutAfter(500);
        await().atMost(PATIENCE).until(() -> attempts.get() >= 40);
        sides.stopBob();
        sides.startBob();
        awaitCommitted(orders.size());

        assertThat(sides.inBobsTopic()).containsExactlyElementsOf(orders);
    }

    @Test
    void whatWillNeverBeDeliveredIsADeadLetterWithItsReasonAndHoldsUpNothing() throws Exception {
        sides.bobAccepts = Shop::accept;
        sides.startBob();
        sides.startAlice();
        try (KafkaProducer<String, byte[]> producer = broker.producer()) {
            producer.send(new ProducerRecord<>(sides.alices.out(), 0, TwoSides.BOB.hex(), new byte[0]));
            producer.send(new ProducerRecord<>(sides.alices.out(), 0, null, "for nobody".getBytes(UTF_8)));
            producer.send(new ProducerRecord<>(sides.alices.out(), 0, "bob", "for bob".getBytes(UTF_8)));
            producer.send(new ProducerRecord<>(sides.alices.out(), 0, TwoSides.BOB.hex(), new byte[1_000_001]));
            producer.send(new ProducerRecord<>(sides.alices.out(), 0, TwoSides.BOB.hex(), null));
        }
        sides.produce(orders(1));
        awaitCommitted(6);

        assertThat(sides.inBobsTopic()).containsExactly("order 0");
        assertThat(broker.records(sides.alices.dead()))
                .extracting(record -> text(record, "lightningOffset") + " " + text(record, "lightningReason"))
                .satisfiesExactlyInAnyOrder(
                        first -> assertThat(first).startsWith("0:0").endsWith("for good: an order is not empty"),
                        first -> assertThat(first).startsWith("0:1").contains("The record has no key"),
                        first -> assertThat(first).startsWith("0:2").contains("Invalid node id 'bob'"),
                        first -> assertThat(first).startsWith("0:3").contains("the limit is 1000000"),
                        first -> assertThat(first).startsWith("0:4").contains("The record has no value"));
    }

    private static String text(ConsumerRecord<String, byte[]> record, String header) {
        Header found = record.headers().lastHeader(header);
        return found == null ? "" : new String(found.value(), UTF_8);
    }

    @Test
    void keysAndHeadersSayWhoAndWhatBothWays() throws Exception {
        sides.startBob(new Shop(sides.bobs));
        sides.startAlice();
        var order = new ProducerRecord<>(sides.alices.out(), TwoSides.BOB.hex(), "7 apples".getBytes(UTF_8));
        order.headers().add("Content-Type", "text/plain".getBytes(UTF_8));
        order.headers().add("CamelLightningPeerId", "somebody else".getBytes(UTF_8));
        try (KafkaProducer<String, byte[]> producer = broker.producer()) {
            producer.send(order);
        }
        await().atMost(PATIENCE).until(() -> broker.size(sides.alices.in()) == 1);

        ConsumerRecord<String, byte[]> atBobs = broker.records(sides.bobs.in()).get(0);
        assertThat(atBobs.key()).isEqualTo(TwoSides.ALICE.hex());
        assertThat(text(atBobs, "lightningPeer")).isEqualTo(TwoSides.ALICE.hex());
        assertThat(text(atBobs, "lightningType")).isEqualTo("41245");
        assertThat(text(atBobs, "lightningEnvelope")).matches("[0-9a-f]{32}");
        assertThat(text(atBobs, "Content-Type")).isEqualTo("text/plain");
        assertThat(atBobs.headers()).extracting(Header::key).noneMatch(key -> key.startsWith("Camel"));
        ConsumerRecord<String, byte[]> answer =
                broker.records(sides.alices.in()).get(0);
        assertThat(answer.key()).isEqualTo(TwoSides.BOB.hex());
        assertThat(answer.value()).asString(UTF_8).isEqualTo("confirmed: 7 apples");
    }
}

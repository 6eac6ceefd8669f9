// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.delivery.RefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCreatedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeFailedEvent;
import org.apache.camel.spi.CamelEvent.ExchangeRedeliveryEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the bridge promises while things break. */
class FilesBridgeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private TwoSides sides;

    @BeforeEach
    void setUp() throws Exception {
        sides = new TwoSides(folder);
    }

    @AfterEach
    void tearDown() throws Exception {
        sides.close();
    }

    private static List<String> orders(int count) {
        return IntStream.range(0, count).mapToObj(i -> "order " + i).toList();
    }

    private void awaitDone(int files) {
        await().atMost(PATIENCE).until(() -> sides.done().size() == files);
    }

    private void onAlicesEvents(Consumer<CamelEvent> listener) {
        sides.alice().camel().getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                listener.accept(event);
            }
        });
    }

    @Test
    void whateverBreaksEachFileArrivesOnceAndIsDone() throws Exception {
        List<String> orders = orders(400);
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
            int some = round * 80;
            await().atMost(PATIENCE).until(() -> attempts.get() >= some);
            sides.proxy.cutAfter(997L * round);
            await().atMost(PATIENCE).until(() -> attempts.get() >= some + 40);
            if (round % 2 == 0) {
                sides.stopAlice();
                sides.startAlice();
            } else {
                sides.stopBob();
                sides.startBob();
            }
        }
        awaitDone(orders.size());

        assertThat(sides.inBobsFolder()).containsExactlyInAnyOrderElementsOf(orders);
        assertThat(sides.waiting()).isEmpty();
        assertThat(sides.failed()).isEmpty();
    }

    @Test
    void aFileStaysWhereItIsUntilItWasAcknowledgedEvenWhenAStopIsForced() throws Exception {
        List<String> orders = orders(40);
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
        assertThat(sides.waiting()).hasSize(40);

        sides.alice().camel().getShutdownStrategy().setTimeout(1);
        sides.stopAlice();
        assertThat(sides.waiting()).hasSize(40);
        assertThat(sides.failed()).isEmpty();

        sides.startAlice();
        gate.countDown();
        awaitDone(40);
        assertThat(sides.inBobsFolder()).containsExactlyInAnyOrderElementsOf(orders);
    }

    @Test
    void whatIsRefusedForGoodHasFailedWithItsReasonAtOnce() throws Exception {
        var attempts = new AtomicInteger();
        sides.bobAccepts = order -> {
            attempts.incrementAndGet();
            throw new RefusedException("no such account", false);
        };
        sides.produce("order", "7 apples");
        sides.startBob();
        sides.startAlice();
        await().atMost(PATIENCE).until(() -> sides.failed().contains("order"));

        assertThat(sides.reason("order")).endsWith("for good: no such account");
        assertThat(Files.readString(sides.outbox.resolve("failed/order"))).isEqualTo("7 apples");
        assertThat(attempts).hasValue(1);
        assertThat(sides.waiting()).isEmpty();
    }

    @Test
    void whatIsRefusedForNowTooOftenHasFailedWithTheLastReasonAndCanBePutBack() throws Exception {
        sides.attempts = 3;
        var attempts = new AtomicInteger();
        sides.bobAccepts = order -> {
            if (attempts.incrementAndGet() <= 3) {
                throw new RefusedException("not now, " + attempts, true);
            }
        };
        sides.produce(orders(1));
        sides.startBob();
        sides.startAlice();
        await().atMost(PATIENCE).until(() -> sides.failed().contains("order 0"));
        assertThat(sides.reason("order 0")).endsWith("for now: not now, 3");

        Files.move(sides.outbox.resolve("failed/order 0"), sides.outbox.resolve("order 0"));
        awaitDone(1);
        assertThat(sides.inBobsFolder()).containsExactly("order 0");
    }

    @Test
    void thatThePeerIsAwayIsNotHeldAgainstAFileAndDelaysNoStop() throws Exception {
        sides.attempts = 2;
        sides.deliveryTimeout = Duration.ofMillis(100);
        sides.produce(orders(30));
        sides.startAlice();
        var redeliveries = new AtomicInteger();
        onAlicesEvents(event -> {
            if (event instanceof ExchangeRedeliveryEvent) {
                redeliveries.incrementAndGet();
            }
        });
        await().atMost(PATIENCE).until(() -> redeliveries.get() >= 3 * FolderToPeer.AT_A_TIME);
        long stopping = System.nanoTime();
        sides.stopAlice();
        assertThat(Duration.ofNanos(System.nanoTime() - stopping)).isLessThan(Duration.ofSeconds(8));
        assertThat(sides.waiting()).hasSize(30);

        sides.startAlice();
        sides.startBob();
        awaitDone(30);
        assertThat(sides.inBobsFolder()).containsExactlyInAnyOrderElementsOf(orders(30));
        assertThat(sides.failed()).isEmpty();
    }

    @Test
    void ofALargeFolderOnlySoManyFilesAreOnTheirWay() throws Exception {
        sides.produce(orders(1_000));
        var most = new AtomicInteger();
        sides.startBob();
        sides.startAlice();
        onAlicesEvents(event -> {
            if (event instanceof ExchangeCreatedEvent created) {
                int now = created.getExchange()
                        .getContext()
                        .getInflightRepository()
                        .size(FolderToPeer.ROUTE);
                most.accumulateAndGet(now, Math::max);
            }
        });
        awaitDone(1_000);

        assertThat(most.get()).isBetween(1, FolderToPeer.AT_A_TIME + 1);
        assertThat(sides.inBobsFolder()).hasSize(1_000);
    }

    @Test
    void aFileThatIsBeingWrittenIsNotTakenNorOneWhoseNameStartsWithADot() throws Exception {
        sides.settledAfter = Duration.ofHours(1);
        sides.produce("settled", "7 apples");
        Files.writeString(sides.outbox.resolve("growing"), "7 app");
        Files.writeString(sides.outbox.resolve(".hidden"), "7 app");
        Files.setLastModifiedTime(sides.outbox.resolve(".hidden"), FileTime.from(Instant.EPOCH));
        sides.startBob();
        sides.startAlice();
        awaitDone(1);
        assertThat(sides.waiting()).containsExactly(".hidden", "growing");

        Files.setLastModifiedTime(sides.outbox.resolve("growing"), FileTime.from(Instant.EPOCH));
        awaitDone(2);
        assertThat(sides.waiting()).containsExactly(".hidden");
    }

    @Test
    void aFileThatIsGoneWhenItsTurnComesHasNotFailed() throws Exception {
        sides.startBob();
        sides.startAlice();
        var rolledBack = new AtomicInteger();
        onAlicesEvents(event -> {
            if (event instanceof ExchangeCreatedEvent) {
                assertThat(sides.outbox.resolve("order 0").toFile().delete()).isTrue();
            } else if (event instanceof ExchangeFailedEvent) {
                rolledBack.incrementAndGet();
            }
        });
        sides.produce(orders(1));
        await().atMost(PATIENCE).until(() -> rolledBack.get() == 1);

        assertThat(sides.failed()).isEmpty();
        assertThat(sides.done()).isEmpty();
    }

    @Test
    void namesAndBytesStayAsTheyAreWhateverTheSize() throws Exception {
        var large = new byte[300_000];
        large[299_999] = 7;
        Files.write(sides.outbox.resolve("Äpfel & Birnen 100%.bin"), large);
        sides.produce("empty", "");
        sides.startBob();
        sides.startAlice();
        awaitDone(2);

        List<String> names = TwoSides.names(sides.inbox);
        assertThat(names)
                .hasSize(2)
                .anySatisfy(name -> assertThat(name).matches("[0-9a-f]{32}-empty"))
                .anySatisfy(name -> {
                    assertThat(name).matches("[0-9a-f]{32}-Äpfel & Birnen 100%\\.bin");
                    assertThat(Files.readAllBytes(sides.inbox.resolve(name))).isEqualTo(large);
                });
    }

    @Test
    void whatTheRepositoryDoesNotKnowIsTheSameFileAgain() throws Exception {
        sides.produce(orders(1));
        sides.startBob();
        sides.startAlice();
        awaitDone(1);
        List<String> names = TwoSides.names(sides.inbox);
        sides.stopBob();
        sides.bobsHandled = folder.resolve("bob/handled.lost");
        var again = new AtomicInteger();
        sides.bobAccepts = order -> again.incrementAndGet();
        sides.startBob();
        sides.produce(orders(1));
        await().atMost(PATIENCE).until(() -> sides.waiting().isEmpty());

        assertThat(again).hasValue(1);
        assertThat(TwoSides.names(sides.inbox)).isEqualTo(names);
    }

    @Test
    void aReceiptComesBackOnceEvenWhereTheOrderComesTwice() throws Exception {
        sides.produce(orders(50));
        sides.startBobWithHisClerk();
        sides.startAlice(sides.alicesInbox());
        await().atMost(PATIENCE).until(() -> sides.receipts().size() == 50);
        sides.stopBob();
        sides.bobsHandled = folder.resolve("bob/handled.lost");
        sides.startBobWithHisClerk();
        sides.produce(orders(50));
        await().atMost(PATIENCE).until(() -> sides.waiting().isEmpty());
        await().atMost(PATIENCE).until(() -> TwoSides.names(sides.inbox).isEmpty());
        sides.produce("last order", "last order");
        await().atMost(PATIENCE)
                .until(() -> sides.receipts().stream().anyMatch(receipt -> receipt.endsWith("last order\n")));

        assertThat(sides.receipts()).hasSize(51);
    }
}

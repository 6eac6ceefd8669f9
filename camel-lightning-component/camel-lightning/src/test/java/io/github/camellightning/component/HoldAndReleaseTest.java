// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AggregationStrategies;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.SimpleTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** When the node may go on to the next message of a peer. */
class HoldAndReleaseTest extends LightningTestSupport {

    @Test
    void thePeerIsHeldUntilTheExchangeIsDone() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").process(gate));

        CompletableFuture<Void> first = alice.receive(PEER, TYPE, "1");
        await().until(() -> gate.entered().contains("1"));
        assertThat(first).isNotDone();
        assertThat(consumer("in").getHeld()).isEqualTo(1);

        gate.letThrough(1);
        first.get(10, TimeUnit.SECONDS);
        assertThat(consumer("in").getHandled()).isEqualTo(1);
        assertThat(consumer("in").getHeld()).isZero();
        await().until(() -> consumer("in").getOpenLanes() == 0);
    }

    @Test
    void onReceiptThePeerIsReleasedAtOnceYetItsMessagesRunOneByOne() throws Exception {
        start(in ->
                in.from("lightning:custommsg?releaseOn=receipt").routeId("in").process(gate));

        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "2").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "3").get(10, TimeUnit.SECONDS);

        await().until(() -> gate.entered().contains("1"));
        assertThat(gate.entered()).containsExactly("1");
        assertThat(consumer("in").getWaiting()).isEqualTo(2);
        gate.letThrough(1);
        await().until(() -> gate.entered().contains("2"));
        assertThat(gate.entered()).containsExactly("1", "2");
        gate.open();
        await().until(() -> consumer("in").getHandled() == 3);
        assertThat(gate.left()).containsExactly("1", "2", "3");
    }

    @Test
    void afterMaxHoldTheNextMessageIsReadButStartsOnlyWhenTheOneBeforeIsDone() throws Exception {
        start(in -> in.from("lightning:custommsg?maxHold=50ms").routeId("in").process(gate));

        CompletableFuture<Void> first = alice.receive(PEER, TYPE, "1");
        CompletableFuture<Void> second = alice.receive(PEER, TYPE, "2");

        first.get(10, TimeUnit.SECONDS);
        second.get(10, TimeUnit.SECONDS);
        await().until(() -> gate.entered().contains("1"));
        assertThat(gate.entered()).containsExactly("1");
        assertThat(consumer("in").getWaiting()).isEqualTo(1);
        gate.open();
        await().until(() -> consumer("in").getHandled() == 2);
        assertThat(gate.left()).containsExactly("1", "2");
    }

    @Test
    void aPeerWhoseMessageNeverEndsIsReadUpToItsLimitAndThenHeldWhileOthersGoOn() throws Exception {
        start(in -> in.from("lightning:custommsg?maxHold=20ms&maxInFlightPerPeer=3")
                .routeId("in")
                .filter(in.header(LightningConstants.PEER_ID).isEqualTo(PEER.hex()))
                .process(gate));

        for (int i = 1; i <= 3; i++) {
            alice.receive(PEER, TYPE, "never").get(10, TimeUnit.SECONDS);
        }
        CompletableFuture<Void> beyond = alice.receive(PEER, TYPE, "beyond");
        await().until(() -> consumer("in").isCrowded());

        assertThat(beyond).isNotDone();
        alice.receive(OTHER, TYPE, "another").get(10, TimeUnit.SECONDS);
        gate.open();
        beyond.get(10, TimeUnit.SECONDS);
        await().until(() -> consumer("in").getHandled() == 5);
        assertThat(consumer("in").isCrowded()).isFalse();
    }

    @Test
    void aRouteThatFailsReleasesThePeerAndIsReportedOnce() throws Exception {
        var reported = new CopyOnWriteArrayList<Throwable>();
        context.getRegistry().bind("reports", ExceptionHandler.class, new Reports(reported));
        start(in -> {
            in.errorHandler(in.noErrorHandler());
            in.from("lightning:custommsg?exceptionHandler=#reports")
                    .routeId("in")
                    .throwException(new IllegalStateException("out of ink"));
        });

        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "2").get(10, TimeUnit.SECONDS);

        assertThat(reported).hasSize(2).allSatisfy(failure -> assertThat(failure)
                .hasMessage("out of ink"));
        assertThat(consumer("in").getFailed()).isEqualTo(2);
        assertThat(consumer("in").getHandled()).isZero();
    }

    private record Reports(CopyOnWriteArrayList<Throwable> list) implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            list.add(exception);
        }

        @Override
        public void handleException(String message, Throwable exception) {
            list.add(exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            list.add(exception);
        }
    }

    @Test
    void aFailureThatTheRouteHandlesCountsAsHandled() throws Exception {
        start(in -> {
            in.errorHandler(in.deadLetterChannel("mock:dead"));
            in.from("lightning:custommsg").routeId("in").throwException(new IllegalStateException("out of ink"));
        });
        mock("dead").expectedBodiesReceived("1");

        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);

        mock("dead").assertIsSatisfied();
        assertThat(consumer("in").getHandled()).isEqualTo(1);
        assertThat(consumer("in").getFailed()).isZero();
    }

    @Test
    void bridgedToTheErrorHandlerAFailureReachesOnException() throws Exception {
        start(in -> {
            in.onException(IllegalStateException.class).to("mock:failed");
            in.from("lightning:custommsg?bridgeErrorHandler=true")
                    .routeId("in")
                    .throwException(new IllegalStateException("out of ink"));
        });
        mock("failed").expectedMinimumMessageCount(1);

        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);

        mock("failed").assertIsSatisfied();
        assertThat(consumer("in").getFailed()).isEqualTo(1);
    }

    @Test
    void throughSedaThePeerIsHeldUntilTheOtherRouteIsDone() throws Exception {
        start(in -> {
            in.from("lightning:custommsg").routeId("in").to("seda:next").to("mock:first");
            in.from("seda:next").process(gate);
        });

        mock("first").expectedBodiesReceived("1");
        CompletableFuture<Void> first = alice.receive(PEER, TYPE, "1");
        CompletableFuture<Void> second = alice.receive(PEER, TYPE, "2");
        mock("first").assertIsSatisfied();
        await().until(() -> gate.entered().contains("1"));
        assertThat(first).isNotDone();

        gate.letThrough(1);
        first.get(10, TimeUnit.SECONDS);
        assertThat(consumer("in").getHandled()).isEqualTo(1);
        gate.letThrough(1);
        second.get(10, TimeUnit.SECONDS);
        assertThat(gate.left()).containsExactly("1", "2");
    }

    @Test
    void aFailureBehindSedaIsCounted() throws Exception {
        start(in -> {
            in.errorHandler(in.noErrorHandler());
            in.from("lightning:custommsg").routeId("in").to("seda:next");
            in.from("seda:next").throwException(new IllegalStateException("out of ink"));
        });

        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);

        assertThat(consumer("in").getFailed()).isEqualTo(1);
    }

    @Test
    void anAggregatorReleasesThePeerWhenItHasTheMessageForTheWholeMayNeedItsNext() throws Exception {
        AggregationStrategy joined = AggregationStrategies.string(",");
        start(in -> in.from("lightning:custommsg")
                .routeId("in")
                .aggregate(in.constant(true), joined)
                .completionSize(3)
                .to("mock:whole"));
        mock("whole").expectedBodiesReceived("1,2,3");

        for (String body : new String[] {"1", "2", "3"}) {
            alice.receive(PEER, TYPE, body).get(4, TimeUnit.SECONDS);
        }

        mock("whole").assertIsSatisfied();
        assertThat(consumer("in").getHandled()).isEqualTo(3);
    }

    @Test
    void whatIsTappedOffKeepsNobodyWaiting() throws Exception {
        start(in -> {
            in.from("lightning:custommsg").routeId("in").wireTap("direct:tap").to("mock:in");
            in.from("direct:tap").process(gate);
        });

        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);

        await().until(() -> gate.entered().contains("1"));
        assertThat(gate.left()).isEmpty();
        assertThat(consumer("in").getHandled()).isEqualTo(1);
    }

    @Test
    void aTransactionIsOverWhenThePeerIsReleased() throws Exception {
        var transactions = new Transactions();
        var policy = new SpringTransactionPolicy(new TransactionTemplate(transactions));
        context.getRegistry().bind("required", policy);
        start(in -> in.from("lightning:custommsg")
                .routeId("in")
                .transacted("required")
                .process(gate));

        CompletableFuture<Void> first = alice.receive(PEER, TYPE, "1");
        await().until(() -> gate.entered().contains("1"));
        assertThat(first).isNotDone();
        assertThat(transactions.ends).isEmpty();
        gate.letThrough(1);

        first.get(10, TimeUnit.SECONDS);
        assertThat(transactions.ends).containsExactly("commit");
    }

    @Test
    void aTransactionThatIsRolledBackReleasesThePeerToo() throws Exception {
        var transactions = new Transactions();
        var policy = new SpringTransactionPolicy(new TransactionTemplate(transactions));
        context.getRegistry().bind("required", policy);
        start(in -> in.from("lightning:custommsg")
                .routeId("in")
                .transacted("required")
                .throwException(new IllegalStateException("out of ink")));

        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);

        assertThat(transactions.ends).containsExactly("rollback");
        assertThat(consumer("in").getFailed()).isEqualTo(1);
    }

    /** Transactions of nothing that remember how they ended. */
    static final class Transactions implements PlatformTransactionManager {

        final CopyOnWriteArrayList<String> ends = new CopyOnWriteArrayList<>();

        @Override
        public TransactionStatus getTransaction(TransactionDefinition definition) {
            return new SimpleTransactionStatus();
        }

        @Override
        public void commit(TransactionStatus status) {
            ends.add("commit");
        }

        @Override
        public void rollback(TransactionStatus status) {
            ends.add("rollback");
        }
    }

    @Test
    void anAsynchronousStepHoldsThePeerUntilItIsDone() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").threads(2).process(gate));

        CompletableFuture<Void> first = alice.receive(PEER, TYPE, "1");
        CompletableFuture<Void> second = alice.receive(PEER, TYPE, "2");
        await().until(() -> gate.entered().contains("1"));
        assertThat(first).isNotDone();
        gate.open();

        second.get(10, TimeUnit.SECONDS);
        assertThat(gate.left()).containsExactly("1", "2");
    }

    @Test
    void pooledExchangesAreUsedAgain() throws Exception {
        context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
        context.getCamelContextExtension().getExchangeFactory().setStatisticsEnabled(true);
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        MockEndpoint in = mock("in");
        in.setCopyOnExchange(true);
        in.expectedBodiesReceived("1", "2", "3");

        for (String body : new String[] {"1", "2", "3"}) {
            alice.receive(PEER, TYPE, body).get(10, TimeUnit.SECONDS);
        }

        in.assertIsSatisfied();
        assertThat(consumer("in").getHandled()).isEqualTo(3);
        var statistics =
                context.getCamelContextExtension().getExchangeFactoryManager().getStatistics();
        await().until(() -> statistics.getReleasedCounter() == 3);
    }
}

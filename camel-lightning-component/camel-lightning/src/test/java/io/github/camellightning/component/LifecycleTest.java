// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.ServiceStatus;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;

/** Who starts a node and when, and what becomes of messages when routes come and go. */
class LifecycleTest extends LightningTestSupport {

    @Test
    void theNodeIsStartedOnceAfterAllConsumersHaveRegistered() throws Exception {
        start(in -> {
            in.from("direct:out").to("lightning:sendcustommsg");
            in.from("lightning:custommsg?messageTypes=40001").to("mock:in");
            in.from("timer:tick?repeatCount=1").to("mock:tick");
            in.from("lightning:custommsg?messageTypes=40003").to("mock:in");
        });

        assertThat(alice.starts()).isEqualTo(1);
        assertThat(alice.listenersAtStart()).isEqualTo(2);
    }

    @Test
    void aNodeThatIsOnlySentToIsUpBeforeAnythingIsConsumed() throws Exception {
        var stateAtFirst = new AtomicReference<NodeState>();
        start(in -> {
            in.from("timer:first?repeatCount=1&delay=-1")
                    .process(exchange -> stateAtFirst.compareAndSet(null, alice.state()))
                    .to("mock:ticked");
            in.from("direct:out").to("lightning:sendcustommsg");
        });

        await().until(() -> stateAtFirst.get() != null);
        assertThat(stateAtFirst.get().isUp()).isTrue();
        assertThat(alice.starts()).isEqualTo(1);
    }

    @Test
    void aNodeWhoseOnlyConsumerDoesNotStartByItselfIsStartedForTheProducer() throws Exception {
        start(in -> {
            in.from("direct:out").to("lightning:sendcustommsg");
            in.from("lightning:custommsg").autoStartup(false).to("mock:in");
        });

        assertThat(alice.starts()).isEqualTo(1);
        assertThat(alice.listeners()).isZero();
    }

    @Test
    void theNodeIsGivenBackOnceWhenTheContextStops() throws Exception {
        start(in -> {
            in.from("lightning:custommsg").to("lightning:sendcustommsg");
            in.from("direct:out").to("lightning:sendcustommsg");
        });

        context.stop();

        assertThat(alice.stops()).isEqualTo(1);
        assertThat(alice.listeners()).isZero();
        assertThat(alice.state().status()).isEqualTo(NodeState.Status.STOPPED);
    }

    @Test
    void aNodeThatSomebodyElseStartedStaysUp() throws Exception {
        alice.start();
        start(in -> in.from("lightning:custommsg").to("mock:in"));

        context.stop();

        assertThat(alice.state().isUp()).isTrue();
    }

    @Test
    void aNodeThatDoesNotStartFailsTheStartOfTheContext() {
        alice.failStart(new LightningException("port 9735 is in use"));

        assertThat(catchThrowable(
                        () -> start(in -> in.from("lightning:custommsg").to("mock:in"))))
                .hasStackTraceContaining("The Lightning node did not start: port 9735 is in use");
        context.stop();

        assertThat(alice.listeners()).isZero();
        assertThat(alice.stops()).isZero();
    }

    @Test
    void aNodeThatDoesNotStartFailsTheStartOfAProducersContextToo() {
        alice.failStart(new LightningException("port 9735 is in use"));

        assertThat(catchThrowable(() -> start(in -> in.from("direct:out").to("lightning:sendcustommsg"))))
                .hasStackTraceContaining("The Lightning node did not start: port 9735 is in use");
    }

    @Test
    void withReconnectTheContextStartsAndTheNodeIsTriedUntilItIsUp() throws Exception {
        alice.failStart(new LightningException("port 9735 is in use"));
        start(in -> in.from("lightning:custommsg?startupMode=reconnect")
                .routeId("in")
                .to("mock:in"));

        assertThat(context.getStatus()).isEqualTo(ServiceStatus.Started);
        HealthCheck.Result health = consumer("in").getHealthCheck().call();
        assertThat(health.getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health.getMessage()).get().asString().contains("port 9735 is in use");

        alice.failStart(null);
        await().until(() -> alice.state().isUp());
        assertThat(consumer("in").getHealthCheck().call().getState()).isEqualTo(HealthCheck.State.UP);
        context.stop();
        assertThat(alice.stops()).isEqualTo(1);
    }

    @Test
    void aRouteAddedLaterStartsTheNodeAtOnceAndOneRemovedHearsNothingMore() throws Exception {
        context.start();
        assertThat(alice.starts()).isZero();

        routes(in -> in.from("lightning:custommsg").routeId("late").to("mock:in"));
        assertThat(alice.starts()).isEqualTo(1);
        assertThat(alice.listenersAtStart()).isEqualTo(1);
        mock("in").expectedBodiesReceived("hello");
        alice.receive(PEER, TYPE, "hello").get(10, TimeUnit.SECONDS);
        mock("in").assertIsSatisfied();

        context.getRouteController().stopRoute("late");
        assertThat(context.removeRoute("late")).isTrue();
        assertThat(alice.listeners()).isZero();

        routes(in -> in.from("lightning:custommsg").routeId("later").to("mock:in"));
        assertThat(alice.listeners()).isEqualTo(1);
        assertThat(alice.starts()).isEqualTo(1);
        context.stop();
        assertThat(alice.stops()).isEqualTo(1);
    }

    @Test
    void aRouteAddedLaterWhoseNodeDoesNotStartFailsAndLeavesNothingBehind() {
        context.start();
        alice.failStart(new LightningException("port 9735 is in use"));

        assertThat(catchThrowable(
                        () -> routes(in -> in.from("lightning:custommsg").to("mock:in"))))
                .hasStackTraceContaining("port 9735 is in use");
        assertThat(alice.listeners()).isZero();
    }

    @Test
    void aStopTakesNothingNewInAndWaitsForWhatIsInFlight() throws Exception {
        start(in -> in.from("lightning:custommsg?releaseOn=receipt")
                .routeId("in")
                .process(gate)
                .to("mock:in"));
        mock("in").expectedBodiesReceived("1", "2");
        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "2").get(10, TimeUnit.SECONDS);
        await().until(() -> gate.entered().contains("1"));

        CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> stopRoute("in", 30));
        await().until(() -> consumer("in").isSuspended());
        CompletableFuture<Void> late = alice.receive(OTHER, TYPE, "late");
        await().until(() -> consumer("in").getHeld() == 1);
        assertThat(stop).isNotDone();
        assertThat(late).isNotDone();

        gate.open();
        stop.get(30, TimeUnit.SECONDS);
        late.get(10, TimeUnit.SECONDS);
        mock("in").assertIsSatisfied();
        assertThat(alice.listeners()).isZero();
    }

    private void stopRoute(String id, long timeoutSeconds) {
        try {
            context.getRouteController().stopRoute(id, timeoutSeconds, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aForcedStopCompletesEveryStage() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").process(gate));
        CustomMsgConsumer consumer = consumer("in");
        CompletableFuture<Void> running = alice.receive(PEER, TYPE, "never");
        await().until(() -> gate.entered().contains("never"));
        CompletableFuture<Void> waiting = alice.receive(PEER, TYPE, "behind it");

        stopRoute("in", 1);

        running.get(10, TimeUnit.SECONDS);
        waiting.get(10, TimeUnit.SECONDS);
        await().until(() -> consumer.getFailed() == 1);
        assertThat(alice.listeners()).isZero();
        assertThat(gate.left()).isEmpty();
    }

    @Test
    void aForcedStopCountsWhatNeverRanAsDropped() throws Exception {
        start(in -> in.from("lightning:custommsg?concurrentConsumers=1")
                .routeId("in")
                .process(gate));
        CustomMsgConsumer consumer = consumer("in");
        alice.receive(PEER, TYPE, "never");
        await().until(() -> gate.entered().contains("never"));
        CompletableFuture<Void> withoutAThread = alice.receive(OTHER, TYPE, "of another peer");

        stopRoute("in", 1);

        withoutAThread.get(10, TimeUnit.SECONDS);
        await().until(() -> consumer.getFailed() == 1 && consumer.getDropped() == 1);
        assertThat(consumer.getReceived()).isEqualTo(2);
    }

    @Test
    void whileSuspendedMessagesAreHeldAndOnResumeTheyAreRead() throws Exception {
        start(in -> in.from("lightning:custommsg?maxHold=10ms").routeId("in").to("mock:in"));
        mock("in").expectedMessageCount(0);

        context.getRouteController().suspendRoute("in");
        CompletableFuture<Void> first = alice.receive(PEER, TYPE, "1");
        CompletableFuture<Void> second = alice.receive(PEER, TYPE, "2");
        CompletableFuture<Void> other = alice.receive(OTHER, TYPE, "3");
        await().until(() -> consumer("in").getHeld() == 2);
        mock("in").assertIsSatisfied(100);
        assertThat(first).isNotDone();
        assertThat(other).isNotDone();

        mock("in").reset();
        mock("in").expectedMessageCount(3);
        context.getRouteController().resumeRoute("in");
        second.get(10, TimeUnit.SECONDS);
        other.get(10, TimeUnit.SECONDS);
        mock("in").assertIsSatisfied();
        assertThat(consumer("in").getDropped()).isZero();
    }

    @Test
    void aContextCanBeSuspendedAndResumed() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        mock("in").expectedBodiesReceived("later");

        context.suspend();
        CompletableFuture<Void> held = alice.receive(PEER, TYPE, "later");
        await().until(() -> consumer("in").getHeld() == 1);
        context.resume();

        held.get(10, TimeUnit.SECONDS);
        mock("in").assertIsSatisfied();
        assertThat(alice.starts()).isEqualTo(1);
    }

    @Test
    void aSupervisedRouteIsStartedAgainUntilItsNodeStarts() throws Exception {
        alice.failStart(new LightningException("port 9735 is in use"));
        var supervisor = context.getRouteController().supervising();
        supervisor.setInitialDelay(0);
        supervisor.setBackOffDelay(50);
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));

        await().until(() -> !supervisor.getRestartingRoutes().isEmpty());
        // each attempt has one for a moment
        await().until(() -> alice.listeners() == 0);
        alice.failStart(null);
        await().until(() -> context.getRouteController().getRouteStatus("in") == ServiceStatus.Started);

        mock("in").expectedBodiesReceived("hello");
        alice.receive(PEER, TYPE, "hello").get(10, TimeUnit.SECONDS);
        mock("in").assertIsSatisfied();
    }

    @Test
    void aThreadPoolThatRefusesLosesTheMessageAndNotThePeer() throws Exception {
        var pool = Executors.newSingleThreadExecutor();
        context.getRegistry().bind("pool", pool);
        start(in -> in.from("lightning:custommsg?executorService=#pool")
                .routeId("in")
                .to("mock:in"));
        pool.shutdown();

        try (var logs = new Logs(DropLog.class)) {
            alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);
            alice.receive(PEER, TYPE, "2").get(10, TimeUnit.SECONDS);

            assertThat(logs.events()).singleElement().satisfies(event -> assertThat(event.getFormattedMessage())
                    .contains("executorService", PEER.hex()));
        }
        assertThat(consumer("in").getDropped()).isEqualTo(2);
        assertThat(consumer("in").getOpenLanes()).isZero();
    }

    @Test
    void whatIsHeldWhileSuspendedIsReleasedByAStop() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        CustomMsgConsumer consumer = consumer("in");
        context.getRouteController().suspendRoute("in");
        CompletableFuture<Void> held = alice.receive(PEER, TYPE, "1");
        await().until(() -> consumer.getHeld() == 1);

        context.getRouteController().stopRoute("in");

        held.get(10, TimeUnit.SECONDS);
        assertThat(consumer.getDropped()).isEqualTo(1);
    }

    @Test
    void aRouteCanBeStoppedAndStartedAgain() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        for (int i = 0; i < 3; i++) {
            context.getRouteController().stopRoute("in");
            assertThat(alice.listeners()).isZero();
            context.getRouteController().startRoute("in");
            assertThat(alice.listeners()).isEqualTo(1);
        }
        mock("in").expectedBodiesReceived("hello");

        alice.receive(PEER, TYPE, "hello").get(10, TimeUnit.SECONDS);

        mock("in").assertIsSatisfied();
        assertThat(alice.starts())
                .as("the routes' coming and going costs no connection")
                .isEqualTo(1);
    }

    @Test
    void twoNodesOfOneContextTalkToEachOther() throws Exception {
        var bob = new TestNode(2);
        TestNode.connect(alice, bob);
        context.getRegistry().bind("bob", bob);
        start(in -> {
            in.from("direct:out").to("lightning:sendcustommsg?node=#alice&messageType=37913&peerId=" + bob.nodeId());
            in.from("lightning:custommsg?node=#bob&replyType=37915").setBody(in.simple("re: ${body}"));
            in.from("lightning:custommsg?node=#alice&messageTypes=37915").to("mock:receipt");
        });
        mock("receipt").expectedBodiesReceived("re: hello");
        mock("receipt")
                .expectedHeaderReceived(LightningConstants.PEER_ID, bob.nodeId().hex());

        context.createProducerTemplate().sendBody("direct:out", "hello");

        mock("receipt").assertIsSatisfied();
        assertThat(alice.starts()).isEqualTo(1);
        assertThat(bob.starts()).isEqualTo(1);
        context.stop();
        assertThat(alice.stops()).isEqualTo(1);
        assertThat(bob.stops()).isEqualTo(1);
    }

    @Test
    void anExecutorServiceOfTheUsersRunsTheRouteAndOutlivesIt() throws Exception {
        var pool = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
        try {
            context.getRegistry().bind("pool", pool);
            start(in -> in.from("lightning:custommsg?executorService=#pool")
                    .process(exchange ->
                            exchange.getMessage().setBody(Thread.currentThread().getName()))
                    .to("mock:in"));
            mock("in").expectedBodiesReceived("mine");

            alice.receive(PEER, TYPE, "").get(10, TimeUnit.SECONDS);

            mock("in").assertIsSatisfied();
            context.stop();
            assertThat(pool.isShutdown()).isFalse();
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void theRouteHasAsManyThreadsAsConcurrentConsumers() throws Exception {
        start(in -> in.from("lightning:custommsg?concurrentConsumers=2")
                .routeId("in")
                .process(gate));

        for (int peer = 0; peer < 4; peer++) {
            alice.receive(NodeKeys.id(200 + peer), TYPE, String.valueOf(peer));
        }

        await().until(() -> consumer("in").getOpenLanes() == 4);
        await().until(() -> gate.entered().size() == 2);
        gate.letThrough(1);
        await().until(() -> gate.entered().size() == 3);
        assertThat(gate.left()).hasSize(1);
    }
}

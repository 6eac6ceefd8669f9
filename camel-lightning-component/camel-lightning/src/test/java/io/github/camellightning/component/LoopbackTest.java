// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.peer.PeerNode;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two contexts, each with a real peer, connected over TCP with BOLT 8: bob listens and alice dials. */
class LoopbackTest {

    private static final NodeId ALICE = NodeKeys.id(21);
    private static final NodeId BOB = NodeKeys.id(22);
    private static final String TO_BOB = "lightning:sendcustommsg?messageType=37913&peerId=" + BOB;

    private final CamelContext aliceContext = new DefaultCamelContext();
    private final CamelContext bobContext = new DefaultCamelContext();
    private final PeerNode bob = PeerNodes.listening(22);
    private final Gate gate = new Gate();
    private ProducerTemplate template = aliceContext.createProducerTemplate();
    private PeerNode alice = bob;

    @BeforeEach
    void bindBob() {
        bobContext.getRegistry().bind("bob", bob);
    }

    @AfterEach
    void stopBoth() {
        gate.open();
        aliceContext.stop();
        bobContext.stop();
    }

    private static void routes(CamelContext context, LightningTestSupport.Routes routes) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                routes.configure(this);
            }
        });
    }

    private void bobRuns(LightningTestSupport.Routes routes) throws Exception {
        routes(bobContext, routes);
        bobContext.start();
    }

    private void aliceRuns(LightningTestSupport.Routes routes) throws Exception {
        alice = PeerNodes.dialling(21, bob);
        aliceContext.getRegistry().bind("alice", alice);
        routes(aliceContext, routes);
        aliceContext.start();
        PeerNodes.awaitConnected(alice, BOB);
        template = aliceContext.createProducerTemplate();
    }

    private static MockEndpoint mock(CamelContext context, String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }

    private CustomMsgConsumer bobsConsumer() {
        return (CustomMsgConsumer) bobContext.getRoute("in").getConsumer();
    }

    @Test
    void aMessageGoesFromARouteToARouteAndItsReceiptComesBack() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg?messageTypes=37913&replyType=37915")
                .to("mock:in")
                .setBody(in.simple("received ${bodyAs(String).length()} bytes")));
        aliceRuns(in -> {
            in.from("direct:out").to(TO_BOB);
            in.from("lightning:custommsg?messageTypes=37915").to("mock:receipt");
        });
        mock(bobContext, "in").expectedBodiesReceived("hello");
        mock(bobContext, "in").expectedHeaderReceived(LightningConstants.PEER_ID, ALICE.hex());
        mock(bobContext, "in").expectedHeaderReceived(LightningConstants.LOCAL_NODE_ID, BOB.hex());
        mock(aliceContext, "receipt").expectedBodiesReceived("received 5 bytes");

        Exchange sent = template.send("direct:out", exchange -> exchange.getIn().setBody("hello"));

        assertThat(sent.getMessage().getHeader(LightningConstants.STATUS)).isEqualTo("sent");
        mock(bobContext, "in").assertIsSatisfied();
        mock(aliceContext, "receipt").assertIsSatisfied();
    }

    @Test
    void whoConnectsAndDisconnectsIsToldWithoutADaemonToo() throws Exception {
        bobRuns(in -> {
            in.from("lightning:notification/connect?outputType=Map").to("mock:connect");
            in.from("lightning:notification/disconnect?outputType=Map").to("mock:disconnect");
        });
        mock(bobContext, "connect").expectedMessageCount(1);
        mock(bobContext, "connect").expectedHeaderReceived(LightningConstants.PEER_ID, ALICE.hex());
        mock(bobContext, "disconnect").expectedMessageCount(1);
        mock(bobContext, "disconnect").expectedHeaderReceived(LightningConstants.PEER_ID, ALICE.hex());

        aliceRuns(in -> in.from("direct:out").to(TO_BOB));
        mock(bobContext, "connect").assertIsSatisfied();
        assertThat(mock(bobContext, "connect")
                        .getExchanges()
                        .get(0)
                        .getMessage()
                        .getBody(Map.class)
                        .get("direction"))
                .isEqualTo("in");

        aliceContext.stop();
        mock(bobContext, "disconnect").assertIsSatisfied();
    }

    @Test
    void payloadsFromNothingToTheLimitArriveUnchangedAndALongerOneIsRefused() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg").to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to(TO_BOB));
        List<byte[]> payloads = IntStream.of(0, 1, 100, 65_532, 65_533)
                .mapToObj(LoopbackTest::payload)
                .toList();
        MockEndpoint in = mock(bobContext, "in");
        in.expectedMessageCount(payloads.size());

        payloads.forEach(payload -> template.sendBody("direct:out", payload));
        Throwable tooLong = catchThrowable(() -> template.sendBody("direct:out", payload(65_534)));

        in.assertIsSatisfied();
        assertThat(in.getExchanges())
                .extracting(exchange -> exchange.getMessage().getBody(byte[].class))
                .containsExactlyElementsOf(payloads);
        assertThat(tooLong).cause().isInstanceOf(InvalidMessageException.class).hasMessageContaining("65533");
    }

    private static byte[] payload(int length) {
        var payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (31 * i);
        }
        return payload;
    }

    @Test
    void thousandsOfMessagesArriveInOrderWhenThePeerIsReleasedOnReceipt() throws Exception {
        thousandsOfMessagesArriveInOrder("lightning:custommsg?releaseOn=receipt");
    }

    @Test
    void thousandsOfMessagesArriveInOrderWhenThePeerIsReleasedOnCompletion() throws Exception {
        thousandsOfMessagesArriveInOrder("lightning:custommsg");
    }

    @Test
    void thousandsOfMessagesArriveInOrderThroughTheTightestLimits() throws Exception {
        thousandsOfMessagesArriveInOrder("lightning:custommsg?releaseOn=receipt&maxInFlightPerPeer=1&maxInFlight=1");
    }

    private void thousandsOfMessagesArriveInOrder(String uri) throws Exception {
        bobRuns(in -> in.from(uri).routeId("in").to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to(TO_BOB));
        List<String> bodies =
                IntStream.range(0, 5_000).mapToObj(String::valueOf).toList();
        mock(bobContext, "in").expectedBodiesReceived(bodies);

        for (String body : bodies) {
            template.sendBody("direct:out", body);
        }

        mock(bobContext, "in").assertIsSatisfied(30_000);
        await().until(() -> bobsConsumer().getHandled() == 5_000);
        await().until(() -> bobsConsumer().getOpenLanes() == 0);
        assertThat(bobsConsumer().getHeld()).isZero();
    }

    @Test
    void aPeerThatIsHeldIsReadAgainWhenTheRouteIsDone() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg").routeId("in").process(gate).to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to(TO_BOB));
        mock(bobContext, "in").expectedBodiesReceived("1", "2", "3");

        for (String body : List.of("1", "2", "3")) {
            template.sendBody("direct:out", body);
        }
        await().until(() -> gate.entered().contains("1"));

        assertThat(bobsConsumer().getReceived()).isEqualTo(1);
        gate.open();
        mock(bobContext, "in").assertIsSatisfied();
    }

    @Test
    void aPeerBeyondItsLimitIsHeldAndLosesNothing() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg?releaseOn=receipt&maxInFlightPerPeer=10")
                .routeId("in")
                .process(gate));
        aliceRuns(in -> in.from("direct:out").to(TO_BOB));

        for (int i = 0; i < 100; i++) {
            template.sendBody("direct:out", String.valueOf(i));
        }
        await().until(() -> bobsConsumer().isCrowded());

        assertThat(bobsConsumer().getReceived()).isEqualTo(11);
        assertThat(bobsConsumer().getHealthCheck().call().getState()).isEqualTo(HealthCheck.State.DOWN);
        gate.open();
        await().until(() -> bobsConsumer().getHandled() == 100);
        assertThat(gate.left())
                .isEqualTo(IntStream.range(0, 100).mapToObj(String::valueOf).toList());
    }

    @Test
    void aPeerThatWentAwayIsAnErrorThatMayBeRetried() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg").to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to(TO_BOB));

        bobContext.stop();
        await().until(() -> alice.peers().toCompletableFuture().join().stream().noneMatch(peer -> peer.connected()));

        assertThat(catchThrowable(() -> template.sendBody("direct:out", "too late")))
                .cause()
                .isInstanceOfSatisfying(NotConnectedException.class, failure -> assertThat(failure.isRetryable())
                        .isTrue());
    }

    @Test
    void aPeerThatNobodyKnowsAndTheOwnNodeAreRefused() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg").to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to("lightning:sendcustommsg?messageType=37913"));

        assertThat(catchThrowable(() -> template.sendBodyAndHeaders(
                        "direct:out",
                        "",
                        Map.of(LightningConstants.PEER_ID, NodeKeys.id(99).hex()))))
                .cause()
                .isInstanceOf(NotConnectedException.class);
        assertThat(catchThrowable(() ->
                        template.sendBodyAndHeaders("direct:out", "", Map.of(LightningConstants.PEER_ID, ALICE.hex()))))
                .cause()
                .isInstanceOf(InvalidMessageException.class);
    }

    @Test
    void theRouteOfTheSenderGoesOnOnAThreadOfCamels() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg").to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to(TO_BOB).process(exchange -> exchange.getMessage()
                .setBody(Thread.currentThread().getName())));

        CompletableFuture<String> thread = template.asyncRequestBody("direct:out", "", String.class);

        assertThat(thread.get(10, TimeUnit.SECONDS)).startsWith("Camel");
    }

    @Test
    void aPortThatIsInUseFailsTheStartOfTheContext() throws Exception {
        try (var taken = new ServerSocket(0)) {
            bob.setListen("127.0.0.1:" + taken.getLocalPort());

            assertThat(catchThrowable(
                            () -> bobRuns(in -> in.from("lightning:custommsg").to("mock:in"))))
                    .hasStackTraceContaining("The Lightning node did not start")
                    .hasStackTraceContaining(String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void withReconnectTheNodeComesUpWhenThePortIsFree() throws Exception {
        try (var taken = new ServerSocket(0)) {
            bob.setListen("127.0.0.1:" + taken.getLocalPort());
            bobRuns(in -> in.from("lightning:custommsg?startupMode=reconnect")
                    .routeId("in")
                    .to("mock:in"));

            await().until(() -> bobsConsumer().getHealthCheck().call().getState() == HealthCheck.State.DOWN);
        }
        await().until(() -> bob.state().isUp());
        aliceRuns(in -> in.from("direct:out").to(TO_BOB));
        mock(bobContext, "in").expectedBodiesReceived("hello");

        template.sendBody("direct:out", "hello");

        mock(bobContext, "in").assertIsSatisfied();
        assertThat(bobsConsumer().getHealthCheck().call().getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void aSuspendedRouteKeepsThePeersMessagesForLater() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to(TO_BOB));
        bobContext.getRouteController().suspendRoute("in");

        for (String body : List.of("1", "2", "3")) {
            template.sendBody("direct:out", body);
        }
        await().until(() -> bobsConsumer().getHeld() == 1);
        assertThat(mock(bobContext, "in").getReceivedCounter()).isZero();

        mock(bobContext, "in").expectedBodiesReceived("1", "2", "3");
        bobContext.getRouteController().resumeRoute("in");
        mock(bobContext, "in").assertIsSatisfied();
    }

    @Test
    void aStopWaitsForWhatIsInFlightAndLeavesTheRestUnread() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg").routeId("in").process(gate).to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to(TO_BOB));
        MockEndpoint in = mock(bobContext, "in");
        in.expectedBodiesReceived("1");
        template.sendBody("direct:out", "1");
        await().until(() -> gate.entered().contains("1"));

        CustomMsgConsumer consumer = bobsConsumer();
        var stop = CompletableFuture.runAsync(bobContext::stop);
        await().until(consumer::isSuspended);
        assertThat(stop).isNotDone();
        gate.open();

        stop.get(30, TimeUnit.SECONDS);
        in.assertIsSatisfied();
        assertThat(bob.state().isUp()).isFalse();
    }

    @Test
    void twoNodesOfOneContextTalkToEachOther() throws Exception {
        bob.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
        PeerNode carol = PeerNodes.dialling(23, bob);
        bobContext.getRegistry().bind("carol", carol);
        bobRuns(in -> {
            in.from("direct:out").to(TO_BOB + "&node=#carol");
            in.from("lightning:custommsg?node=#bob&replyType=37915").setBody(in.simple("re: ${body}"));
            in.from("lightning:custommsg?node=#carol&messageTypes=37915").to("mock:receipt");
        });
        PeerNodes.awaitConnected(carol, BOB);
        mock(bobContext, "receipt").expectedBodiesReceived("re: hello");

        bobContext.createProducerTemplate().sendBody("direct:out", "hello".getBytes(UTF_8));

        mock(bobContext, "receipt").assertIsSatisfied();
        bobContext.stop();
        assertThat(carol.state().isUp()).isFalse();
        assertThat(bob.state().isUp()).as("it was started by another too").isTrue();
        bob.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void anEvenTypeThatTheRouteAcceptsArrivesAndOneThatItDoesNotEndsTheConnection() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg?messageTypes=40000&acceptEven=true")
                .to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to("lightning:sendcustommsg?peerId=" + BOB));
        mock(bobContext, "in").expectedMessageCount(1);

        template.sendBodyAndHeader("direct:out", "", LightningConstants.MESSAGE_TYPE, 40_000);
        mock(bobContext, "in").assertIsSatisfied();
        var connectedAnew = new CompletableFuture<Void>();
        alice.onPeerEvent(event -> connectedAnew.complete(null));
        alice.send(BOB, new CustomMessage(40_002, new byte[0]));

        connectedAnew.get(10, TimeUnit.SECONDS);
    }
}

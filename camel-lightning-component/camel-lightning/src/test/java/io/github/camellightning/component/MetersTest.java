// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.NodeCounts;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.OutcomeUnknownException;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.Test;

/** Micrometer's meters of nodes and operations. */
class MetersTest extends LightningTestSupport {

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final TestNode bob = new TestNode(2);

    private void startWithMeters(Routes routes) throws Exception {
        context.getRegistry().bind("meters", meters);
        TestNode.connect(alice, bob);
        bob.start();
        start(in -> {
            in.errorHandler(in.noErrorHandler());
            routes.configure(in);
        });
    }

    private double value(String name, String... tags) {
        Meter meter = meters.get(name).tags(tags).meter();
        return meter.measure().iterator().next().getValue();
    }

    private void send(Object body) {
        context.createProducerTemplate().sendBody("direct:out", body);
    }

    private String toBob() {
        return "lightning:sendcustommsg?messageType=37913&peerId=" + bob.nodeId();
    }

    @Test
    void whatIsSentIsCountedByOperationAndOutcomeAndTimed() throws Exception {
        startWithMeters(in -> in.from("direct:out").to(toBob()));

        send("one");
        send("two");
        assertThat(catchThrowable(() -> send(new byte[70_000]))).isInstanceOf(CamelExecutionException.class);
        alice.onSend((peer, message) -> CompletableFuture.failedFuture(new OutcomeUnknownException("who knows")));
        assertThat(catchThrowable(() -> send("three"))).isInstanceOf(CamelExecutionException.class);

        assertThat(value("camel.lightning.sent", "node", "alice", "operation", "sendcustommsg"))
                .isEqualTo(2);
        assertThat(value("camel.lightning.refused", "outcome", "refused")).isEqualTo(1);
        assertThat(value("camel.lightning.refused", "outcome", "unknown")).isEqualTo(1);
        assertThat(value("camel.lightning.refused", "outcome", "error")).isZero();
        assertThat(meters.get("camel.lightning.latency")
                        .tag("outcome", "ok")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(meters.get("camel.lightning.latency")
                        .tag("outcome", "ok")
                        .timer()
                        .totalTime(TimeUnit.NANOSECONDS))
                .isPositive();
    }

    @Test
    void whatIsInFlightIsGauged() throws Exception {
        var sending = new CompletableFuture<Void>();
        startWithMeters(in -> {
            in.from("direct:out").to(toBob());
            in.from("lightning:custommsg?maxHold=1m").process(gate);
        });
        alice.onSend((peer, message) -> sending);

        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> send("one"));
        alice.receive(PEER, TYPE, "held");

        await().until(() -> value("camel.lightning.in.flight", "direction", "to") == 1);
        await().until(() -> value("camel.lightning.in.flight", "direction", "from") == 1);
        await().until(() -> value("camel.lightning.held") == 1);
        await().until(() -> value("camel.lightning.oldest") > 0);
        sending.complete(null);
        gate.open();
        sender.get(10, TimeUnit.SECONDS);
        await().until(() -> value("camel.lightning.in.flight", "direction", "from") == 0);
        assertThat(value("camel.lightning.in.flight", "direction", "to")).isZero();
    }

    @Test
    void whatIsReceivedIsCountedByWhatBecameOfIt() throws Exception {
        startWithMeters(in -> in.from("lightning:custommsg")
                .routeId("in")
                .filter(in.body().isEqualTo("bad"))
                .throwException(new IllegalStateException("out of ink")));
        alice.receive(PEER, TYPE, "good").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "bad").get(10, TimeUnit.SECONDS);

        assertThat(value("camel.lightning.received", "operation", "custommsg")).isEqualTo(2);
        assertThat(value("camel.lightning.handled", "outcome", "completed")).isEqualTo(1);
        assertThat(value("camel.lightning.handled", "outcome", "failed")).isEqualTo(1);
        assertThat(value("camel.lightning.handled", "outcome", "dropped")).isZero();
    }

    @Test
    void countsOutliveTheRoutesThatMadeThem() throws Exception {
        startWithMeters(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);
        context.getRouteController().stopRoute("in");
        context.removeRoute("in");

        routes(in -> in.from("lightning:custommsg").routeId("again").to("mock:in"));
        alice.receive(PEER, TYPE, "2").get(10, TimeUnit.SECONDS);

        assertThat(value("camel.lightning.received")).isEqualTo(2);
    }

    @Test
    void theNodeIsMetered() throws Exception {
        startWithMeters(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));

        assertThat(value("camel.lightning.up", "node", "alice")).isEqualTo(1);
        await().until(() -> value("camel.lightning.peers", "node", "alice") == 1);
        assertThat(value("camel.lightning.reconnects", "node", "alice")).isZero();
        alice.counts(new NodeCounts(0, 0, 0, 2));
        assertThat(value("camel.lightning.reconnects", "node", "alice")).isEqualTo(2);
        alice.state(NodeState.Status.DOWN, "the cable is out");
        assertThat(value("camel.lightning.up")).isZero();

        context.getRouteController().stopRoute("in");
        assertThat(value("camel.lightning.up"))
                .as("of a node that no route needs, which is no alert")
                .isNaN();
    }

    @Test
    void tagsHaveFewValuesAndNoneComesFromAPeer() throws Exception {
        startWithMeters(in -> {
            in.from("direct:out").to("lightning:sendcustommsg?messageType=37913");
            in.from("lightning:custommsg").to("mock:in");
        });
        for (int i = 0; i < 50; i++) {
            alice.receive(NodeKeys.id(200 + i), 40_001 + 2 * i, "hello").get(10, TimeUnit.SECONDS);
            int peer = 300 + i;
            assertThat(catchThrowable(() -> context.createProducerTemplate()
                            .sendBodyAndHeader(
                                    "direct:out", "hello", LightningConstants.OVERRIDE_PEER_ID, NodeKeys.id(peer))))
                    .isInstanceOf(CamelExecutionException.class);
        }

        assertThat(ours().stream()
                        .flatMap(meter -> meter.getId().getTags().stream())
                        .map(Tag::getKey))
                .isSubsetOf("camelContext", "node", "operation", "outcome", "direction");
        assertThat(ours()).hasSizeLessThan(25);
    }

    private Set<Meter> ours() {
        return meters.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("camel.lightning."))
                .collect(Collectors.toSet());
    }

    @Test
    void theMetersOfTwoComponentsThatShareANodeAreEachItsOwn() throws Exception {
        context.addComponent("bank", new LightningComponent());
        startWithMeters(in -> {
            in.from("lightning:custommsg").to("mock:in");
            in.from("bank:custommsg?messageTypes=40001").routeId("bank").to("mock:in");
        });
        alice.receive(PEER, TYPE, "1").get(10, TimeUnit.SECONDS);

        assertThat(value("camel.lightning.received", "node", "alice")).isEqualTo(1);
        assertThat(value("camel.lightning.received", "node", "bank-alice")).isZero();

        context.getRouteController().stopRoute("bank");
        context.removeComponent("bank");

        assertThat(ours()).isNotEmpty().noneMatch(meter -> "bank-alice"
                .equals(meter.getId().getTag("node")));
        assertThat(value("camel.lightning.up", "node", "alice")).isEqualTo(1);
    }

    @Test
    void theMetersGoWithTheContext() throws Exception {
        startWithMeters(in -> in.from("direct:out").to(toBob()));
        assertThat(ours()).isNotEmpty();

        context.stop();

        assertThat(ours()).isEmpty();
    }

    @Test
    void aRegistryMadeOfOthersComesFirstAsInCamelsOwnMeters() throws Exception {
        context.getRegistry().bind("another", new CompositeMeterRegistry());
        startWithMeters(in -> in.from("direct:out").to(toBob()));

        send("one");

        assertThat(ours()).isEmpty();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NotConnectedException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.SimpleRegistry;
import org.junit.jupiter.api.Test;

/** What routes ask of a node that runs, and what becomes of it and of the component when they are gone. */
class NodeUseTest extends LightningTestSupport {

    @Test
    void aRouteAddedLaterThatTheNodeRefusesToServeFailsWithItsReason() {
        context.start();
        alice.start();
        alice.inForce(CompletableFuture.failedFuture(new LightningException("type 40000 is not to be had")));

        assertThat(catchThrowable(() -> routes(in -> in.from("lightning:custommsg?messageTypes=40000&acceptEven=true")
                        .to("mock:in"))))
                .hasStackTraceContaining("type 40000 is not to be had");
        assertThat(alice.listeners()).isZero();
    }

    @Test
    void aRouteAddedWhileTheNodeIsDownStartsAtOnceAndItsHealthTellsOfARefusalThatComesLater() throws Exception {
        context.start();
        alice.start();
        alice.state(NodeState.Status.DOWN, "lightningd went away");
        var later = new CompletableFuture<Void>();
        alice.inForce(later);

        routes(in -> in.from("lightning:custommsg?startupMode=reconnect")
                .routeId("in")
                .to("mock:in"));
        alice.state(NodeState.Status.UP, "back");
        assertThat(consumer("in").getHealthCheck().call().getState()).isEqualTo(HealthCheck.State.UP);

        later.completeExceptionally(new LightningException("type 40000 is not to be had"));
        HealthCheck.Result health = consumer("in").getHealthCheck().call();
        assertThat(health.getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health.getMessage()).get().asString().contains("type 40000 is not to be had");
    }

    @Test
    void aComponentThatIsRemovedGivesItsNodesBack() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        context.getRouteController().stopRoute("in");

        context.removeComponent("lightning");

        assertThat(alice.stops()).isEqualTo(1);
        assertThat(alice.state().status()).isEqualTo(NodeState.Status.STOPPED);
    }

    @Test
    void aComponentThatIsStoppedAndStartedAgainLeavesNoTimerBehind() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        var component = context.getComponent("lightning", LightningComponent.class);
        var before = component.timer();
        context.getRouteController().stopRoute("in");

        component.stop();
        assertThat(before.isShutdown()).isTrue();
        component.start();
        context.getRouteController().startRoute("in");

        assertThat(alice.starts()).isEqualTo(2);
        mock("in").expectedBodiesReceived("hello");
        alice.receive(PEER, TYPE, "hello").get(10, TimeUnit.SECONDS);
        mock("in").assertIsSatisfied();
    }

    @Test
    void aProducersHealthIsThatOfItsNode() throws Exception {
        context.getComponent("lightning", LightningComponent.class).setHealthCheckProducerEnabled(true);
        HealthCheckHelper.getHealthCheckRepository(context, "producers").setEnabled(true);
        start(in -> in.from("direct:out").routeId("out").to("lightning:sendcustommsg"));
        assertThat(producersHealth()).containsExactly(HealthCheck.State.UP);

        alice.state(NodeState.Status.DOWN, "lightningd went away");
        assertThat(producersHealth()).containsExactly(HealthCheck.State.DOWN);

        context.getRouteController().stopRoute("out");
        assertThat(producersHealth()).isEmpty();
    }

    private List<HealthCheck.State> producersHealth() {
        return HealthCheckHelper.invokeReadiness(context).stream()
                .filter(result -> result.getCheck().getId().startsWith("producer:lightning"))
                .map(HealthCheck.Result::getState)
                .toList();
    }

    @Test
    void withAutoConnectAPeerWhoseAddressTheNodeKnowsIsConnectedFirst() throws Exception {
        var bob = new TestNode(2);
        alice.knows(bob);
        start(in -> {
            in.from("direct:plain").to("lightning:sendcustommsg?messageType=37913&peerId=" + bob.nodeId());
            in.from("direct:out")
                    .to("lightning:sendcustommsg?autoConnect=true&messageType=37913&peerId=" + bob.nodeId());
            in.from("direct:nobody").to("lightning:sendcustommsg?autoConnect=true&messageType=37913&peerId=" + OTHER);
        });

        assertThat(catchThrowable(() -> template.sendBody("direct:plain", "x")))
                .hasCauseInstanceOf(NotConnectedException.class);
        template.sendBody("direct:out", "x");
        assertThat(alice.sent()).hasSize(1);
        assertThat(catchThrowable(() -> template.sendBody("direct:nobody", "x")))
                .cause()
                .isInstanceOf(NotConnectedException.class)
                .hasMessageContaining("No address of " + OTHER);
    }

    @Test
    void aNodeWhoseOnlyUserCouldNotBeStartedIsNotStartedWithTheOthers() throws Exception {
        var carol = new TestNode(3);
        context.getRegistry().bind("carol", carol);
        var failure = new AtomicReference<Throwable>();
        context.addStartupListener((starting, already) ->
                failure.compareAndSet(null, catchThrowable(() -> starting.createProducerTemplate()
                        .requestBody("lightning:rpc/getinfo?node=#carol", ""))));
        start(in -> in.from("lightning:custommsg?node=#alice").to("mock:in"));

        assertThat(failure.get()).hasStackTraceContaining("rpc");
        assertThat(alice.starts()).isEqualTo(1);
        assertThat(carol.starts()).isZero();
    }

    @Test
    void aNodeWorksThoughAnotherBeanOfItsKindCannotBeMade() throws Exception {
        try (var beans = new DefaultCamelContext(new DefaultRegistry(new OneThatCannotBeMade()))) {
            beans.getComponent("lightning", LightningComponent.class).setNode(alice);
            beans.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("lightning:custommsg").to("mock:in");
                }
            });
            beans.start();

            assertThat(alice.state().isUp()).isTrue();
            assertThat(HealthCheckRegistry.get(beans).getCheck("lightning-node-node"))
                    .isPresent();
        }
    }

    /** As Spring's beans of a type, where a lazy one of them fails. */
    private static final class OneThatCannotBeMade extends SimpleRegistry {

        @Override
        public <T> Map<String, T> findByTypeWithName(Class<T> type) {
            if (type == LightningNode.class) {
                throw new IllegalStateException("Error creating bean with name 'lazy'");
            }
            return super.findByTypeWithName(type);
        }
    }

    @Test
    void aPollingConsumerGetsMessagesToo() throws Exception {
        context.start();
        var consumer = context.createConsumerTemplate();
        consumer.start();
        CompletableFuture<String> received =
                CompletableFuture.supplyAsync(() -> consumer.receiveBody("lightning:custommsg", 10_000, String.class));
        await().until(() -> alice.listeners() == 1);

        alice.receive(PEER, TYPE, "hello");

        assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
        consumer.stop();
    }
}

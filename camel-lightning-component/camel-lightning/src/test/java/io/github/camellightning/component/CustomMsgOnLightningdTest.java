// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.util.concurrent.SynchronousExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code from("lightning:custommsg")} on a lightningd, which any answer to its hook but {@code continue} ends and which gives out no message of a peer
 * before the one before is answered: whatever the route does, the node lives and the peer's next message comes.
 */
class CustomMsgOnLightningdTest extends DaemonTestSupport {

    private static final int TYPE = 40_001;

    private final Gate gate = new Gate();
    private SimulatedLightningd bob;

    @BeforeEach
    void aPeerIsConnected() {
        bob = lightning.start("bob");
        alice.connectTo(bob);
    }

    @AfterEach
    void theNodeLives() {
        gate.open();
        assertThat(alice.isRunning()).isTrue();
        assertThat(alice.crashes()).isEmpty();
    }

    private void bobSends(String... bodies) {
        for (String body : bodies) {
            bob.send(alice, TYPE, body.getBytes(UTF_8));
        }
    }

    private CustomMsgConsumer customMsg() {
        return (CustomMsgConsumer) context.getRoute("in").getConsumer();
    }

    @Test
    void aRouteThatFails() throws Exception {
        start(in -> {
            in.errorHandler(in.noErrorHandler());
            in.from("lightning:custommsg").routeId("in").to("mock:in").process(exchange -> {
                throw new IllegalStateException("broken");
            });
        });
        mock("in").expectedBodiesReceived("1", "2");

        bobSends("1", "2");

        mock("in").assertIsSatisfied();
        await().until(() -> customMsg().getFailed() == 2);
    }

    @Test
    void aRouteThatNeverEnds() throws Exception {
        start(in -> in.from("lightning:custommsg?maxHold=50ms").routeId("in").process(gate));

        bobSends("1", "2", "3");

        await().until(() -> customMsg().getReceived() == 3);
        assertThat(gate.entered()).containsExactly("1");
        assertThat(gate.left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"completion", "receipt"})
    void aRouteOnTheThreadThatReadsWhatTheNodeSays(String releaseOn) throws Exception {
        context.getRegistry().bind("here", new SynchronousExecutorService());
        start(in -> in.from("lightning:custommsg?executorService=#here&releaseOn=" + releaseOn)
                .process(exchange -> exchange.getMessage()
                        .setHeader("thread", Thread.currentThread().getName()))
                .to("mock:in"));
        mock("in").expectedBodiesReceived("1", "2", "3");

        bobSends("1", "2", "3");

        mock("in").assertIsSatisfied();
        assertThat(mock("in").getExchanges())
                .extracting(exchange -> exchange.getMessage().getHeader("thread", String.class))
                .allMatch(thread -> thread.endsWith("-reader"));
    }

    @Test
    void aRouteThatIsStoppedByForce() throws Exception {
        start(in -> {
            in.from("lightning:custommsg?messageTypes=40001").routeId("in").process(gate);
            in.from("lightning:custommsg?messageTypes=40003").to("mock:other");
        });
        bobSends("never");
        await().until(() -> gate.entered().contains("never"));
        mock("other").expectedMessageCount(1);
        bob.send(alice, 40_003, new byte[] {1});

        context.getRouteController().stopRoute("in", 1, TimeUnit.SECONDS);

        mock("other").assertIsSatisfied();
    }

    @Test
    void aRouteThatReplies() throws Exception {
        start(in -> in.from("lightning:custommsg?messageTypes=40001&replyType=40003")
                .setBody(in.simple("re: ${body}")));

        bobSends("1", "2");

        await().untilAsserted(() -> assertThat(bob.received())
                .filteredOn(received -> received.message().type() == 40_003)
                .extracting(received -> new String(received.message().payload(), UTF_8))
                .containsExactly("re: 1", "re: 2"));
    }

    @Test
    void callsOfOnePeerThatOverlapStillRunOneByOne() throws Exception {
        start(in ->
                in.from("lightning:custommsg?releaseOn=receipt").routeId("in").process(gate));

        bobSends("1", "2", "3");
        await().until(() -> customMsg().getReceived() == 3);

        for (int through = 1; through <= 3; through++) {
            int most = through;
            await().until(() -> gate.entered().size() == most);
            gate.letThrough(1);
            await().until(() -> gate.left().size() == most);
        }
        assertThat(gate.left()).containsExactly("1", "2", "3");
    }

    @Test
    void aDaemonThatCrashesAndComesBack() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        assertThat(customMsg().getHealthCheck().call().getState()).isEqualTo(HealthCheck.State.UP);

        alice.crash();
        await().until(() -> customMsg().getHealthCheck().call().getState() == HealthCheck.State.DOWN);
        alice.start();
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> customMsg().getHealthCheck().call().getState() == HealthCheck.State.UP);

        mock("in").expectedBodiesReceived("hello");
        alice.connectTo(bob);
        bobSends("hello");
        mock("in").assertIsSatisfied();
    }

    @Test
    void aMethodWhoseRouteIsResumedWhileTheDaemonIsDownIsBackWithIt() throws Exception {
        start(in -> {
            in.from("lightning:rpc/orderstatus").routeId("in").setBody(in.constant("{\"n\":1}"));
            in.from("direct:ask").to("lightning:rpc/orderstatus");
        });
        var health = (AnsweringConsumer) context.getRoute("in").getConsumer();
        context.getRouteController().suspendRoute("in");
        alice.crash();
        await().until(() -> health.getHealthCheck().call().getState() == HealthCheck.State.DOWN);

        CompletableFuture.runAsync(() -> resume("in")).get(20, TimeUnit.SECONDS);
        alice.start();
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> health.getHealthCheck().call().getState() == HealthCheck.State.UP);

        await().ignoreExceptions().until(() -> template.requestBody("direct:ask", "{}", String.class)
                .equals("{\"n\":1}"));
    }

    private void resume(String route) {
        try {
            context.getRouteController().resumeRoute(route);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void aRouteAddedWhileTheDaemonIsDownStartsAtOnce() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        alice.crash();
        await().until(() -> customMsg().getHealthCheck().call().getState() == HealthCheck.State.DOWN);

        CompletableFuture.runAsync(() -> addMethod("orderstatus")).get(20, TimeUnit.SECONDS);

        assertThat(context.getRouteController().getRouteStatus("orderstatus").isStarted())
                .isTrue();
        alice.start();
        await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> template.requestBody(
                        "lightning:rpc/orderstatus", "{}", String.class)
                .equals("{\"n\":2}"));
    }

    private void addMethod(String name) {
        try {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("lightning:rpc/" + name + "?startupMode=reconnect")
                            .routeId(name)
                            .setBody(constant("{\"n\":2}"));
                }
            });
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void aMethodThatIsRefusedOnResumeCanBeStartedWhenItsNameIsFree() throws Exception {
        start(in -> in.from("lightning:rpc/orderstatus").routeId("in").setBody(in.constant("{\"n\":1}")));
        context.getRouteController().suspendRoute("in");
        var taken = context.getRegistry()
                .lookupByNameAndType("alice", CoreLightningNode.class)
                .onMethod(new MethodSpec("orderstatus", "", "taken"), CompletableFuture::completedFuture);

        assertThat(catchThrowable(() -> context.getRouteController().resumeRoute("in")))
                .hasStackTraceContaining("has a listener already");
        taken.close();
        context.getRouteController().stopRoute("in");
        context.getRouteController().startRoute("in");

        assertThat(template.requestBody("lightning:rpc/orderstatus", "{}", String.class))
                .isEqualTo("{\"n\":1}");
    }
}

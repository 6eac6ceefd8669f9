// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.peer.PeerNode;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.support.ClassPathXmlApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** The same two routes on the same node, in each language in which they can be written. */
class ConfigurationTest {

    private static final String KEY = PeerNodes.key(11);

    private final PeerNode bob = PeerNodes.listening(12);
    private final CompletableFuture<CustomMessage> received = new CompletableFuture<>();

    @BeforeEach
    void startBob() throws Exception {
        bob.onMessage(MessageFilter.all(), message -> {
            received.complete(message.message());
            return CompletableFuture.completedFuture(null);
        });
        bob.start().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stopBob() throws Exception {
        bob.stop().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Map<String, Object> properties() {
        return Map.of("alice.key", KEY, "bob.id", bob.nodeId().hex(), "bob.address", PeerNodes.address(bob));
    }

    /** Both routes run on a node with alice's key, connected to bob, and the options arrived. */
    private void theRoutesWork(CamelContext context) throws Exception {
        PeerNodes.awaitConnected(bob, NodeKeys.id(11));
        MockEndpoint in = context.getEndpoint("mock:in", MockEndpoint.class);
        in.expectedBodiesReceived("hello, alice");

        context.createProducerTemplate().sendBody("direct:out", "hello, bob");
        bob.send(NodeKeys.id(11), new CustomMessage(37_915, "hello, alice".getBytes(UTF_8)));

        assertThat(received.get(10, TimeUnit.SECONDS))
                .isEqualTo(new CustomMessage(0x9419, "hello, bob".getBytes(UTF_8)));
        in.assertIsSatisfied();
        var endpoint = (LightningEndpoint) context.getRoute("in").getEndpoint();
        assertThat(endpoint.getOperation()).isEqualTo(LightningOperation.CUSTOMMSG);
        assertThat(endpoint.getReceive().getMessageTypes()).isEqualTo("37915,40001-40100");
        assertThat(endpoint.getReceive().getMaxHold()).isEqualTo(2_000);
        assertThat(endpoint.getReceive().getWhenFull()).isEqualTo(WhenFull.DROP);
    }

    private static void optionsOfTheNodeArrived(CamelContext context) {
        PeerNode node = Objects.requireNonNull(context.getRegistry().lookupByNameAndType("alice", PeerNode.class));
        assertThat(node.getWhenOutboundFull()).isEqualTo(PeerNode.WhenFull.WAIT);
        assertThat(node.getLimits().getOutboundWaiting()).isEqualTo(50);
    }

    @Test
    void inJava() throws Exception {
        try (var context = new DefaultCamelContext()) {
            var component = new LightningComponent();
            component.setNode(PeerNodes.dialling(11, bob));
            context.addComponent("lightning", component);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:out")
                            .routeId("out")
                            .to("lightning:sendcustommsg?messageType=0x9419&peerId=" + bob.nodeId());
                    from("lightning:custommsg?messageTypes=37915,40001-40100&maxHold=2s&whenFull=drop")
                            .routeId("in")
                            .to("mock:in");
                }
            });
            context.start();

            theRoutesWork(context);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "xml"})
    void inPropertiesWithRoutesInYamlOrXml(String language) throws Exception {
        var main = new Main();
        main.setPropertyPlaceholderLocations("classpath:configuration/application.properties");
        properties().forEach((name, value) -> main.addInitialProperty(name, value.toString()));
        main.configure().withRoutesIncludePattern("classpath:configuration/routes." + language);
        main.start();
        try {
            theRoutesWork(main.getCamelContext());
            optionsOfTheNodeArrived(main.getCamelContext());
            assertThat(main.getCamelContext()
                            .getComponent("lightning", LightningComponent.class)
                            .getWorkerPoolSize())
                    .isEqualTo(3);
        } finally {
            main.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "xml"})
    void theNodeAndTheRoutesInOneFile(String language) throws Exception {
        var main = new Main();
        properties().forEach((name, value) -> main.addInitialProperty(name, value.toString()));
        main.addInitialProperty("hold", "2s");
        main.configure().withRoutesIncludePattern("classpath:configuration/whole." + language);
        main.start();
        try {
            theRoutesWork(main.getCamelContext());
            optionsOfTheNodeArrived(main.getCamelContext());
        } finally {
            main.stop();
        }
    }

    @Test
    void everyOptionOfTheComponentInProperties() throws Exception {
        var main = new Main();
        main.bind("alice", new TestNode(1));
        Map.of(
                        "node", "#alice",
                        "worker-pool-size", "3",
                        "lightningDir", "/none",
                        "network", "regtest",
                        "rpc-file", "/none/rpc",
                        "rune", "{{the.rune}}",
                        "healthCheckConsumerEnabled", "false",
                        "health-check-producer-enabled", "false",
                        "health-check-peers", "All",
                        "lazyStartProducer", "true")
                .forEach((name, value) -> main.addInitialProperty("camel.component.lightning." + name, value));
        main.addInitialProperty("camel.component.lightning.bridgeErrorHandler", "true");
        main.addInitialProperty("the.rune", "none");
        main.start();
        try {
            var component = main.getCamelContext().getComponent("lightning", LightningComponent.class);
            assertThat(component.getNode()).isInstanceOf(TestNode.class);
            assertThat(component.getWorkerPoolSize()).isEqualTo(3);
            assertThat(component.getLightningDir()).isEqualTo("/none");
            assertThat(component.getNetwork()).isEqualTo("regtest");
            assertThat(component.getRpcFile()).isEqualTo("/none/rpc");
            assertThat(component.getRune()).isEqualTo("none");
            assertThat(component.isHealthCheckConsumerEnabled()).isFalse();
            assertThat(component.isHealthCheckProducerEnabled()).isFalse();
            assertThat(component.getHealthCheckPeers()).isEqualTo(PeerHealth.ALL);
            assertThat(component.isBridgeErrorHandler()).isTrue();
            assertThat(component.isLazyStartProducer()).isTrue();
        } finally {
            main.stop();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "healthCheckPeers | sometimes | it must be one of any, all, none",
                "workerPoolSize | many | the required type: int",
                "workerPoolSize | 0 | it must be at least 1",
                "lazyStartProducer | perhaps | the value is not true or false",
                "node | #nobody | No bean could be found in the registry for: nobody of type: io.github.camellightning.node.LightningNode"
            })
    void aWrongOptionOfTheComponentInPropertiesEndsTheStart(String option, String value, String rule) {
        var main = new Main();
        main.addInitialProperty("camel.component.lightning." + option, value);
        try {
            assertThatThrownBy(main::start)
                    .hasStackTraceContaining(option)
                    .hasStackTraceContaining(value)
                    .hasStackTraceContaining(rule);
        } finally {
            main.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#alice",
                "#bean:alice",
                "{{the.node}}",
                "RAW(#alice)",
                "#type:io.github.camellightning.node.LightningNode",
                "#class:io.github.camellightning.component.TestNode"
            })
    void anEndpointNamesItsNodeInAnyOfCamelsWays(String reference) throws Exception {
        try (var context = new DefaultCamelContext()) {
            var alice = new TestNode(1);
            context.getRegistry().bind("alice", alice);
            context.getPropertiesComponent().addInitialProperty("the.node", "#alice");

            var endpoint = context.getEndpoint("lightning:custommsg?node=" + reference, LightningEndpoint.class);

            if (reference.startsWith("#class:")) {
                assertThat(endpoint.getNode()).isInstanceOf(TestNode.class).isNotSameAs(alice);
            } else {
                assertThat(endpoint.getNode()).isSameAs(alice);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring", "spring-component"})
    void inSpringXml(String file) throws Exception {
        var spring = new ClassPathXmlApplicationContext(new String[] {"configuration/" + file + ".xml"}, false);
        spring.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties()));
        spring.refresh();
        try (spring) {
            CamelContext context = spring.getBean(CamelContext.class);
            theRoutesWork(context);
            optionsOfTheNodeArrived(context);
        }
        await().untilAsserted(() -> assertThat(bob.peers().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .as("alice's node went down with the context")
                .noneMatch(peer -> peer.connected()));
    }

    @Test
    void theOnlyNodeInTheRegistryNeedsNoMention() throws Exception {
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("whatever", PeerNodes.dialling(11, bob));
            context.getPropertiesComponent()
                    .addInitialProperty("bob.id", bob.nodeId().hex());
            Resource routes = ResourceHelper.resolveMandatoryResource(context, "classpath:configuration/routes.xml");
            PluginHelper.getRoutesLoader(context).loadRoutes(routes);
            context.start();

            theRoutesWork(context);
        }
    }
}

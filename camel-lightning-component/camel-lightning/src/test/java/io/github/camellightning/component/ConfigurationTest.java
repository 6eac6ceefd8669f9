// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void inSpringXml() throws Exception {
        var spring = new ClassPathXmlApplicationContext(new String[] {"configuration/spring.xml"}, false);
        spring.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties()));
        spring.refresh();
        try (spring) {
            CamelContext context = spring.getBean(CamelContext.class);
            theRoutesWork(context);
            optionsOfTheNodeArrived(context);
        }
        assertThat(bob.peers().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .as("alice's node went down with the context")
                .noneMatch(peer -> peer.connected());
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

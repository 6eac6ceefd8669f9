// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that is no bean: the component's lightningDir, network and rpcFile say where it is. */
class DescribedNodeTest {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private static void routes(DefaultCamelContext context) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:call").to("lightning:rpc/getinfo?filter=RAW({\"alias\":true})");
                from("direct:send").to("lightning:sendcustommsg?messageType=40001");
                from("lightning:custommsg").to("mock:in");
            }
        });
    }

    private static String alias(DefaultCamelContext context) {
        return context.createProducerTemplate().requestBody("direct:call", null, String.class);
    }

    @Test
    void isFoundByItsFolderAndNetwork() throws Exception {
        SimulatedLightningd alice = lightning.start("alice");
        try (var context = new DefaultCamelContext()) {
            var component = context.getComponent("lightning", LightningComponent.class);
            component.setLightningDir(alice.dir().toString());
            component.setNetwork(alice.networkDir().getFileName().toString());
            routes(context);
            context.start();

            assertThat(alias(context)).isEqualTo("{\"alias\":\"alice\"}");
        }
    }

    @Test
    void isFoundByItsSocket() throws Exception {
        SimulatedLightningd alice = lightning.start("alice");
        try (var context = new DefaultCamelContext()) {
            context.getComponent("lightning", LightningComponent.class)
                    .setRpcFile(alice.rpcFile().toString());
            routes(context);
            context.start();

            assertThat(alias(context)).isEqualTo("{\"alias\":\"alice\"}");
        }
    }

    @Test
    void andABeanAreTwoToChooseFrom() throws Exception {
        SimulatedLightningd alice = lightning.start("alice");
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("other", new TestNode(1));
            context.getComponent("lightning", LightningComponent.class)
                    .setRpcFile(alice.rpcFile().toString());
            routes(context);

            assertThat(catchThrowable(context::start))
                    .hasStackTraceContaining(
                            "Several Lightning nodes, the one of the component's lightningDir or rpcFile"
                                    + " and other: say which with the option node");
        }
    }

    @Test
    void isOneNodeForAllRoutes() throws Exception {
        SimulatedLightningd alice = lightning.start("alice");
        SimulatedLightningd bob = lightning.start("bob");
        alice.connectTo(bob);
        try (var context = new DefaultCamelContext()) {
            context.getComponent("lightning", LightningComponent.class)
                    .setRpcFile(alice.rpcFile().toString());
            routes(context);
            context.start();
            MockEndpoint in = context.getEndpoint("mock:in", MockEndpoint.class);
            in.expectedMessageCount(1);

            bob.send(alice, 40_001, new byte[] {1});

            in.assertIsSatisfied(TimeUnit.SECONDS.toMillis(20));
            assertThat(alice.pluginPids()).hasSize(1);
        }
    }

    @Test
    void thatCannotBeReachedSaysWhere() throws Exception {
        try (var context = new DefaultCamelContext()) {
            context.getComponent("lightning", LightningComponent.class).setLightningDir("/nonexistent");
            routes(context);

            assertThat(catchThrowable(context::start)).hasStackTraceContaining("/nonexistent/bitcoin/lightning-rpc");
        }
    }

    @Test
    void connectsToAPeerThatIsNotConnectedWhereThatIsWanted() throws Exception {
        SimulatedLightningd alice = lightning.start("alice");
        SimulatedLightningd bob = lightning.start("bob");
        PeerAddress address = bob.address();
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("alice", DaemonTestSupport.node(alice));
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    String send = "lightning:sendcustommsg?messageType=40001&peerId=";
                    from("direct:plain").to(send + address.nodeId());
                    from("direct:connecting").to(send + address + "&autoConnect=true");
                }
            });
            context.start();
            var template = context.createProducerTemplate();

            assertThat(catchThrowable(() -> template.sendBody("direct:plain", "x")))
                    .hasStackTraceContaining("NotConnectedException");
            template.sendBody("direct:connecting", "x");

            assertThat(alice.isConnectedTo(bob)).isTrue();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A context with one node, a lightningd called alice that is simulated. Each test brings its routes and starts it. */
abstract class DaemonTestSupport extends CamelTestSupport {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    SimulatedLightningd alice;

    @Override
    public void configureTest(TestExecutionConfiguration configuration) {
        super.configureTest(configuration);
        configuration.withUseRouteBuilder(false).withUseAdviceWith(true);
    }

    @Override
    protected void bindToRegistry(Registry registry) {
        alice = lightning.start("alice");
        registry.bind("alice", node(alice));
    }

    static CoreLightningNode node(SimulatedLightningd daemon) {
        var node = new CoreLightningNode();
        node.setRpcFile(daemon.rpcFile().toString());
        return node;
    }

    void start(LightningTestSupport.Routes routes) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                routes.configure(this);
            }
        });
        context.start();
    }

    MockEndpoint mock(String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }
}

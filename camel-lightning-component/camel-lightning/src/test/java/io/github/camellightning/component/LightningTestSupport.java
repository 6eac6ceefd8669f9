// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.AfterEach;

/** A context with one node, {@code alice}, and peers that exist only in the test. Each test brings its routes and starts it. */
abstract class LightningTestSupport extends CamelTestSupport {

    static final NodeId PEER = NodeKeys.id(101);
    static final NodeId OTHER = NodeKeys.id(102);
    static final int TYPE = 37_913;

    final TestNode alice = new TestNode(1);
    final Gate gate = new Gate();

    @Override
    public void configureTest(TestExecutionConfiguration configuration) {
        super.configureTest(configuration);
        configuration.withUseRouteBuilder(false).withUseAdviceWith(true);
    }

    @Override
    protected void bindToRegistry(Registry registry) {
        registry.bind("alice", alice);
    }

    @AfterEach
    void openTheGate() {
        gate.open();
    }

    @FunctionalInterface
    interface Routes {
        void configure(RouteBuilder builder) throws Exception;
    }

    void routes(Routes routes) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                routes.configure(this);
            }
        });
    }

    void start(Routes routes) throws Exception {
        routes(routes);
        context.start();
    }

    MockEndpoint mock(String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }

    CustomMsgConsumer consumer(String routeId) {
        return (CustomMsgConsumer) context.getRoute(routeId).getConsumer();
    }

    static String bodyOf(Exchange exchange) {
        return exchange.getMessage().getBody(String.class);
    }
}

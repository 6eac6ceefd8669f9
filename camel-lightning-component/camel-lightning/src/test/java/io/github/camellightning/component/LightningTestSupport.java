// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A context with one node, {@code alice}, and peers that exist only in the test. */
abstract class LightningTestSupport {

    static final NodeId PEER = NodeKeys.id(101);
    static final NodeId OTHER = NodeKeys.id(102);
    static final int TYPE = 37_913;

    final TestNode alice = new TestNode(1);
    final Gate gate = new Gate();
    CamelContext context = new DefaultCamelContext();

    @BeforeEach
    void bindTheNode() {
        context.getRegistry().bind("alice", alice);
    }

    @AfterEach
    void stopTheContext() {
        gate.open();
        context.stop();
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

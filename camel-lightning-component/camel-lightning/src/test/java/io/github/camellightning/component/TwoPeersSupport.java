// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.peer.PeerNode;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two contexts, each with a real peer, connected over TCP: bob listens and serves, alice dials and calls. */
abstract class TwoPeersSupport {

    static final NodeId ALICE = NodeKeys.id(31);
    static final NodeId BOB = NodeKeys.id(32);
    static final String TYPE = "messageType=40001";

    final CamelContext aliceContext = new DefaultCamelContext();
    final CamelContext bobContext = new DefaultCamelContext();
    final PeerNode bob = PeerNodes.listening(32);
    final Gate gate = new Gate();
    ProducerTemplate template = aliceContext.createProducerTemplate();
    PeerNode alice = bob;

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

    static void routes(CamelContext context, LightningTestSupport.Routes routes) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                errorHandler(noErrorHandler());
                routes.configure(this);
            }
        });
    }

    void bobRuns(LightningTestSupport.Routes routes) throws Exception {
        routes(bobContext, routes);
        bobContext.start();
    }

    void aliceRuns(LightningTestSupport.Routes routes) throws Exception {
        alice = PeerNodes.dialling(31, bob);
        aliceContext.getRegistry().bind("alice", alice);
        routes(aliceContext, routes);
        aliceContext.start();
        PeerNodes.awaitConnected(alice, BOB);
        template = aliceContext.createProducerTemplate();
    }

    /** Alice calls what the direct endpoint of the same name says. */
    void aliceCalls(String operation) throws Exception {
        String uri = "lightning:" + operation + (operation.contains("?") ? "&" : "?") + "peerId=" + BOB;
        aliceRuns(in -> in.from("direct:call").to(uri));
    }

    String call(Object params) {
        return template.requestBody("direct:call", params, String.class);
    }

    Throwable failureOf(Object params) {
        Throwable failure = catchThrowable(() -> call(params));
        assertThat(failure).isInstanceOf(CamelExecutionException.class);
        return failure.getCause();
    }

    RemoteErrorException errorOf(Object params) {
        return (RemoteErrorException) failureOf(params);
    }

    static MockEndpoint mock(CamelContext context, String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }
}

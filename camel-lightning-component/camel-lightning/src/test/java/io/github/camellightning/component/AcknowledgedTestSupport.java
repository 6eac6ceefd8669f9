// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.peer.PeerNode;
import java.nio.file.Path;
import java.util.Random;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of {@code delivery=acknowledged} share: two contexts, each with a real peer; alice dials bob. */
abstract class AcknowledgedTestSupport {

    static final NodeId ALICE = NodeKeys.id(31);
    static final NodeId BOB = NodeKeys.id(32);
    static final String TO_BOB = "lightning:sendcustommsg?delivery=acknowledged&peerId=" + BOB;
    static final String AT_BOB = "lightning:custommsg?delivery=acknowledged";

    @TempDir
    Path temp;

    final CamelContext aliceContext = new DefaultCamelContext();
    final CamelContext bobContext = new DefaultCamelContext();
    final PeerNode bob = PeerNodes.listening(32);
    PeerNode alice = bob;
    ProducerTemplate template = aliceContext.createProducerTemplate();

    @BeforeEach
    void bindBob() {
        bobContext.getRegistry().bind("bob", bob);
    }

    @AfterEach
    void stopBoth() {
        aliceContext.stop();
        bobContext.stop();
    }

    static void routes(CamelContext context, LightningTestSupport.Routes routes) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                routes.configure(this);
            }
        });
    }

    void start(LightningTestSupport.Routes atBob) throws Exception {
        routes(bobContext, atBob);
        bobContext.start();
        alice = PeerNodes.dialling(31, bob);
        aliceContext.getRegistry().bind("alice", alice);
        routes(aliceContext, out -> out.from("direct:out").to(TO_BOB));
        aliceContext.start();
        PeerNodes.awaitConnected(alice, BOB);
        template = aliceContext.createProducerTemplate();
    }

    MockEndpoint in() {
        return bobContext.getEndpoint("mock:in", MockEndpoint.class);
    }

    static byte[] bytes(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    EnvelopeConsumer consumer() {
        return (EnvelopeConsumer) bobContext.getRoute("in").getConsumer();
    }
}

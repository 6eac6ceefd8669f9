// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camellightning.node.peer.PeerNode;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.Main;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;

/** The Kamelets of the component, which Camel finds on the class path. */
class KameletsTest {

    private static Main main() {
        var main = new Main();
        main.addInitialProperty("bob.id", NodeKeys.id(52).hex());
        return main;
    }

    private static MockEndpoint mock(CamelContext context, String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }

    @Test
    void messagesGoFromTheSinkToTheSourceWithTheirHeaders() throws Exception {
        PeerNode bob = PeerNodes.listening(52);
        bob.start().toCompletableFuture().join();
        Main main = main();
        main.bind("bob", bob);
        main.bind("alice", PeerNodes.dialling(51, bob));
        main.bind("handled", MemoryIdempotentRepository.memoryIdempotentRepository(100));
        main.configure().withRoutesIncludePattern("classpath:kamelets-in-use/routes.yaml");
        main.start();
        try {
            PeerNodes.awaitConnected(bob, NodeKeys.id(51));
            CamelContext context = main.getCamelContext();
            ProducerTemplate template = main.getCamelTemplate();
            MockEndpoint in = mock(context, "in");
            in.expectedBodiesReceived("hello, bob");
            in.expectedHeaderReceived(
                    LightningConstants.PEER_ID, NodeKeys.id(51).hex());
            in.expectedHeaderReceived(LightningConstants.MESSAGE_TYPE, 40_001);

            template.sendBody("direct:out", "hello, bob");
            // the same order twice: the second time it is known
            template.sendBodyAndHeaders("direct:surely-out", "beans", Map.of("orderId", "4711"));
            template.sendBodyAndHeaders("direct:surely-out", "beans", Map.of("orderId", "4711"));

            in.assertIsSatisfied();
            assertThat(mock(context, "surely-in").getExchanges()).hasSize(1);
        } finally {
            main.stop();
            bob.stop().toCompletableFuture().join();
        }
    }

    @Test
    void withOneNodeAndHeadersTheyNeedNoOptions() throws Exception {
        var alice = new TestNode(1);
        var bob = new TestNode(2);
        TestNode.connect(alice, bob);
        Main main = main();
        main.bind("alice", alice);
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("kamelet:lightning-custommsg-source").to("kamelet:lightning-sendcustommsg-sink");
            }
        });
        main.start();
        try {
            alice.receive(bob.nodeId(), 40_001, "hello").get(10, java.util.concurrent.TimeUnit.SECONDS);

            assertThat(alice.sent()).singleElement().satisfies(answer -> assertThat(answer.type())
                    .isEqualTo(40_001));
        } finally {
            main.stop();
        }
    }

    @Test
    void whatIsWrongFailsTheStartByTheNameOfTheOption() {
        Main main = main();
        main.bind("alice", new TestNode(1));
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("kamelet:lightning-custommsg-source?messageTypes=nonsense").to("mock:in");
            }
        });

        assertThat(catchThrowable(main::start))
                .hasStackTraceContaining("Option messageTypes: Invalid message type 'nonsense'");
    }
}

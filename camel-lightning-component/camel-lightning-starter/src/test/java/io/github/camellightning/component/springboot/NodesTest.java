// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.component.LightningConstants;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Nodes are beans, the application's own or made of its properties, and routes find them. */
class NodesTest {

    private static final String ALICE = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";
    private static final String BOB = "02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9";

    private static String key(int number) {
        return String.format("%064x", number);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A route that needs a node and says nothing of which. */
    private static RouteBuilder fromAnyNode() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("lightning:custommsg").to("mock:in");
            }
        };
    }

    @Test
    void theOnlyBeanThatIsANodeNeedsNoMention() {
        Boot.application()
                .withBean("whatever", PeerNode.class)
                .withBean(RouteBuilder.class, NodesTest::fromAnyNode)
                .run(context -> assertThat(
                                context.getBean(PeerNode.class).state().isUp())
                        .isTrue());
    }

    @Test
    void aNodeGoesDownWithTheApplication() {
        var node = new PeerNode();

        Boot.application()
                .withBean("alice", PeerNode.class, () -> node)
                .withBean(RouteBuilder.class, NodesTest::fromAnyNode)
                .run(context -> assertThat(node.state().isUp()).isTrue());

        assertThat(node.state().isUp()).isFalse();
    }

    @Test
    void nodesInThePropertiesAreBeansWithAllThatWasSet() {
        Boot.application(
                        "lightning.peer-nodes.alice.listen=127.0.0.1:0",
                        "lightning.peer-nodes.alice.when-outbound-full=wait",
                        "lightning.peer-nodes.alice.limits.outbound-waiting=50",
                        "lightning.core-lightning-nodes.shop.lightning-dir=/home/bitcoin/.lightning",
                        "lightning.core-lightning-nodes.shop.network=regtest")
                .run(context -> {
                    assertThat(context.getBeansOfType(LightningNode.class)).containsOnlyKeys("alice", "shop");
                    var alice = context.getBean(PeerNode.class);
                    assertThat(alice.getListen()).isEqualTo("127.0.0.1:0");
                    assertThat(alice.getWhenOutboundFull()).isEqualTo(PeerNode.WhenFull.WAIT);
                    assertThat(alice.getLimits().getOutboundWaiting()).isEqualTo(50);
                    var shop = context.getBean(CoreLightningNode.class);
                    assertThat(shop.getLightningDir()).isEqualTo("/home/bitcoin/.lightning");
                    assertThat(shop.getNetwork()).isEqualTo("regtest");
                });
    }

    @Test
    void twoNodesOfOneContextTalkToEachOther() throws Exception {
        int port = freePort();
        var routes = new RouteBuilder() {
            @Override
            public void configure() {
                from("lightning:custommsg?node=#bob&messageTypes=40001").to("mock:bob");
                // the component's node
                from("direct:out").to("lightning:sendcustommsg?messageType=40001&peerId=" + BOB);
            }
        };

        Boot.application(
                        "lightning.peer-nodes.bob.private-key=" + key(3),
                        "lightning.peer-nodes.bob.listen=127.0.0.1:" + port,
                        "lightning.peer-nodes.alice.private-key=" + key(2),
                        "lightning.peer-nodes.alice.peers=" + BOB + "@127.0.0.1:" + port,
                        "camel.component.lightning.node=alice")
                .withBean(RouteBuilder.class, () -> routes)
                .run(context -> {
                    var camel = context.getBean(CamelContext.class);
                    var bobs = camel.getEndpoint("mock:bob", MockEndpoint.class);
                    bobs.expectedBodiesReceived("hello, bob");
                    bobs.expectedHeaderReceived(LightningConstants.PEER_ID, ALICE);
                    var alice = context.getBean("alice", LightningNode.class);
                    Awaitility.await().until(() -> alice.peers().toCompletableFuture().join().stream()
                            .anyMatch(Peer::connected));

                    camel.createProducerTemplate().sendBody("direct:out", "hello, bob");

                    bobs.assertIsSatisfied();
                });
    }

    @Test
    void whichNodeMustBeSaidWhereThereAreTwo() {
        Boot.application("lightning.peer-nodes.alice.listen=127.0.0.1:0")
                .withBean("bob", PeerNode.class)
                .withBean(RouteBuilder.class, NodesTest::fromAnyNode)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining(
                                "Several Lightning nodes, alice, bob: say which with the option node"));
    }

    @Test
    void aNodeThatIsNotThereIsToldWithTheOptionAndThoseThatAre() {
        Boot.application("camel.component.lightning.node=#alise", "lightning.peer-nodes.alice.listen=127.0.0.1:0")
                .withBean(RouteBuilder.class, NodesTest::fromAnyNode)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("Invalid option camel.component.lightning.node = #alise: no bean of"
                                + " type LightningNode has that name; there is alice"));
    }

    @Test
    void anOptionThatNoNodeHasFailsTheStart() {
        Boot.application("lightning.peer-nodes.alice.lissten=127.0.0.1:0")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("lightning.peer-nodes.alice.lissten"));
    }

    @Test
    void aValueThatAnOptionCannotHaveFailsTheStart() {
        Boot.application("lightning.peer-nodes.alice.limits.outbound-waiting=many")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("lightning.peer-nodes.alice.limits.outbound-waiting")
                        .hasStackTraceContaining("many"));
    }

    @Test
    void aNodeInThePropertiesDoesNotReplaceABeanOfThatName() {
        Boot.application("lightning.peer-nodes.alice.listen=127.0.0.1:0")
                .withBean("alice", PeerNode.class)
                .run(context -> assertThat(context.getStartupFailure()).hasStackTraceContaining("alice"));
    }
}

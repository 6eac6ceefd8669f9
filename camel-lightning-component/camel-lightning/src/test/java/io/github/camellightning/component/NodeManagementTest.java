// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is under JMX of nodes, producers and protocols, between two real peers. */
class NodeManagementTest extends TwoPeersSupport {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private static ObjectName find(CamelContext context, String typeAndName) throws Exception {
        Set<ObjectName> found = SERVER.queryNames(
                new ObjectName("org.apache.camel:context=" + context.getManagementName() + "," + typeAndName), null);
        assertThat(found).as(typeAndName).hasSize(1);
        return found.iterator().next();
    }

    private static Object of(ObjectName object, String attribute) throws Exception {
        return SERVER.getAttribute(object, attribute);
    }

    private ObjectName node() throws Exception {
        return find(aliceContext, "type=services,name=\"lightning-node-alice\"");
    }

    private static String[] string() {
        return new String[] {String.class.getName()};
    }

    private void exchangeMessages() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg").to("mock:in"));
        aliceRuns(in -> in.from("direct:out").to("lightning:sendcustommsg?" + TYPE));
    }

    @Test
    void aNodeIsManaged() throws Exception {
        exchangeMessages();

        assertThat(of(node(), "Name")).isEqualTo("alice");
        assertThat(of(node(), "Kind")).isEqualTo("PeerNode");
        assertThat(of(node(), "NodeId")).isEqualTo(ALICE.hex());
        assertThat(of(node(), "Status")).isEqualTo("UP");
        assertThat((Long) of(node(), "Since")).isLessThanOrEqualTo(System.currentTimeMillis());
        assertThat(of(node(), "Reason")).isEqualTo("not listening");
        assertThat(of(node(), "ConnectedPeers")).isEqualTo(1);
        assertThat(of(node(), "WantedPeers")).isEqualTo(BOB.hex());
        assertThat(of(node(), "Reconnects")).isEqualTo(0L);
        assertThat(of(node(), "PluginRegistered")).isEqualTo(false);
        TabularData peers = (TabularData) SERVER.invoke(node(), "peers", null, null);
        assertThat(peers.get(new Object[] {BOB.hex()}).get("direction")).isEqualTo("OUTBOUND");
    }

    @Test
    void anOperatorDisconnectsAPeerThatTheNodeThenDialsAgain() throws Exception {
        exchangeMessages();

        SERVER.invoke(node(), "disconnectPeer", new Object[] {BOB.hex()}, string());

        await().until(() -> of(node(), "Reconnects").equals(1L));
        PeerNodes.awaitConnected(alice, BOB);
        SERVER.invoke(node(), "connectPeer", new Object[] {BOB.hex()}, string());
        assertThat(catchThrowable(() -> SERVER.invoke(
                        node(), "connectPeer", new Object[] {NodeKeys.id(99).hex()}, string())))
                .hasStackTraceContaining("the option peers has no address of it");
    }

    @ParameterizedTest
    @CsvSource({
        "connectPeer, carol, a node id",
        "connectPeer, carol@127.0.0.1:9735, a node id",
        "disconnectPeer, carol, a node id"
    })
    void whatAnOperationThrowsIsOfAClassThatEveryConsoleKnows(String operation, String peer, String rule)
            throws Exception {
        exchangeMessages();

        assertThatThrownBy(() -> SERVER.invoke(node(), operation, new Object[] {peer}, string()))
                .rootCause()
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining(rule);
    }

    @Test
    void aNodeIsManagedNoMoreWhenItsContextIsStopped() throws Exception {
        exchangeMessages();
        ObjectName node = node();

        aliceContext.stop();

        assertThat(SERVER.isRegistered(node)).isFalse();
    }

    @Test
    void aProducersFiguresAreManaged() throws Exception {
        exchangeMessages();
        template.sendBodyAndHeader("direct:out", "hello", LightningConstants.OVERRIDE_PEER_ID, BOB);
        assertThat(catchThrowable(() -> template.sendBodyAndHeader(
                        "direct:out", "hello", LightningConstants.OVERRIDE_PEER_ID, NodeKeys.id(99))))
                .isInstanceOf(CamelExecutionException.class);

        ObjectName producer = find(aliceContext, "type=producers,name=SendCustomMsgProducer*");
        assertThat(of(producer, "Sent")).isEqualTo(1L);
        assertThat(of(producer, "Refused")).isEqualTo(1L);
        assertThat(of(producer, "Unknown")).isEqualTo(0L);
        assertThat(of(producer, "Errors")).isEqualTo(0L);
        assertThat(of(producer, "Failed")).isEqualTo(0L);
        assertThat(of(producer, "InFlight")).isEqualTo(0L);
        assertThat((Double) of(producer, "MeanMillis")).isPositive();
        assertThat(of(producer, "NodeStatus")).isEqualTo("UP");
    }

    @Test
    void acknowledgedMessagesAreManagedAtBothEndsAndWithACallerThatWaitsToo() throws Exception {
        bobRuns(in -> in.from("lightning:custommsg?delivery=acknowledged").process(gate));
        aliceRuns(in -> in.from("direct:out")
                .to("lightning:sendcustommsg?delivery=acknowledged&synchronous=true&peerId=" + BOB));
        ObjectName producer = find(aliceContext, "type=producers,name=EnvelopeProducer*");
        ObjectName consumer = find(bobContext, "type=consumers,name=EnvelopeConsumer*");

        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> template.sendBody("direct:out", "hello"));
        await().until(() -> (Long) of(consumer, "OldestMillis") > 0);
        assertThat(of(producer, "InFlight")).isEqualTo(1L);
        assertThat(of(consumer, "Received")).isEqualTo(1L);
        gate.open();
        sending.join();

        assertThat(of(producer, "Sent")).isEqualTo(1L);
        assertThat(of(producer, "InFlight")).isEqualTo(0L);
        await().until(() -> of(consumer, "Handled").equals(1L));
        assertThat(of(consumer, "OldestMillis")).isEqualTo(0L);
        assertThat(of(consumer, "Dropped")).isEqualTo(0L);
    }

    @Test
    void aProtocolOfCallsIsManagedAtBothEnds() throws Exception {
        bobRuns(in -> in.from("lightning:jsonrpc/work?" + TYPE)
                .routeId("work")
                .process(gate)
                .choice()
                .when(in.body().contains("bad"))
                .throwException(new IllegalStateException("out of ink")));
        aliceCalls("jsonrpc/work?" + TYPE);

        CompletableFuture<Object> call = CompletableFuture.supplyAsync(() -> call("{\"order\":1}"));
        await().until(() -> gate.entered().size() == 1);
        ObjectName atBob = find(bobContext, "type=services,name=\"lightning-peerrpc-bob-40001\"");
        ObjectName atAlice = find(aliceContext, "type=services,name=\"lightning-peerrpc-alice-40001\"");
        ObjectName caller = find(aliceContext, "type=producers,name=CallProducer*");
        assertThat(of(atAlice, "OpenCalls")).isEqualTo(1);
        assertThat(of(atBob, "ServedCalls")).isEqualTo(1);
        assertThat(of(caller, "InFlight")).isEqualTo(1L);
        gate.open();
        call.join();

        assertThat(catchThrowable(() -> call("{\"order\":\"bad\"}"))).isInstanceOf(CamelExecutionException.class);
        assertThat(of(atAlice, "Rules")).isEqualTo("JSONRPC");
        assertThat(of(atAlice, "MessageType")).isEqualTo(40_001);
        assertThat(of(atAlice, "InvalidMessages")).isEqualTo(0L);
        assertThat(of(atAlice, "UnknownReplies")).isEqualTo(0L);
        assertThat(of(caller, "Sent")).isEqualTo(1L);
        assertThat(of(caller, "Errors")).isEqualTo(1L);
        ObjectName served = find(bobContext, "type=consumers,name=AnsweringConsumer*");
        assertThat(of(served, "Received")).isEqualTo(2L);
        await().until(() -> of(served, "Failed").equals(1L));
        assertThat(of(served, "Handled")).isEqualTo(1L);

        bobContext.getRouteController().stopRoute("work");
        await().until(() -> !SERVER.isRegistered(atBob));
    }
}

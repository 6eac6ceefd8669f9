// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeState;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultStrategy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Camel's health says of the nodes that routes use, of their peers and of messages that do not get through. */
class NodeHealthTest extends LightningTestSupport {

    private HealthCheck.Result health(String id) {
        return HealthCheckHelper.invokeReadiness(context, "full").stream()
                .filter(result -> result.getCheck().getId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void startWith(PeerHealth rule, String to) throws Exception {
        context.getComponent("lightning", LightningComponent.class).setHealthCheckPeers(rule);
        start(in -> in.from("direct:out").to(to));
    }

    private static String toPeers(int... keys) {
        return "lightning:sendcustommsg?messageType=37913&peerId=" + NodeKeys.id(keys[0]);
    }

    @Test
    void aNodeThatRoutesUseIsUpOrDownWithItsReason() throws Exception {
        start(in -> in.from("lightning:custommsg").to("mock:in"));
        assertThat(health("lightning-node-alice").getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(health("lightning-node-alice").getDetails())
                .containsEntry("node.name", "alice")
                .containsEntry("node.status", "UP")
                .containsEntry("node.reconnects", 0L);

        alice.state(NodeState.Status.DOWN, "the cable is out");

        assertThat(health("lightning-node-alice").getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health("lightning-node-alice").getMessage())
                .contains("The Lightning node alice is DOWN: the cable is out");
    }

    @Test
    void whoIsConnectedIsUnknownWhileTheNodeIsDown() throws Exception {
        startWith(PeerHealth.ANY, toPeers(101));
        alice.state(NodeState.Status.DOWN, "the cable is out");

        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.UNKNOWN);
        assertThat(health("lightning-peers-alice").getMessage()).contains("The Lightning node alice is not up");
    }

    @ParameterizedTest
    @CsvSource({"NONE, &peerId=", "ALL, "})
    void whoIsConnectedDoesNotMatterWhereNobodyHasToBe(PeerHealth rule, @Nullable String peer) throws Exception {
        startWith(rule, "lightning:sendcustommsg?messageType=37913" + (peer == null ? "" : peer + OTHER));
        alice.state(NodeState.Status.DOWN, "the cable is out");

        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(health("lightning-peers-alice").getDetails())
                .containsEntry("reason", "The Lightning node alice is not up");
    }

    @Test
    void aNodeThatDoesNotStartIsDownWithTheReasonOfThat() throws Exception {
        alice.failStart(new LightningException("port 9735 is in use"));
        start(in -> in.from("lightning:custommsg?startupMode=reconnect").to("mock:in"));

        assertThat(health("lightning-node-alice").getMessage().orElseThrow()).endsWith("port 9735 is in use");
    }

    @Test
    void aNodeWhoseLastRouteIsGoneIsNoneOfTheApplicationsAnyMore() throws Exception {
        start(in -> {
            in.from("lightning:custommsg").routeId("in").to("mock:in");
            in.from("direct:out").routeId("out").to("lightning:sendcustommsg");
        });
        alice.state(NodeState.Status.DOWN, "the cable is out");
        context.getRouteController().stopRoute("in");
        assertThat(health("lightning-node-alice").getState()).isEqualTo(HealthCheck.State.DOWN);

        context.getRouteController().stopRoute("out");
        assertThat(checks()).isEmpty();

        context.getRouteController().startRoute("in");
        assertThat(health("lightning-node-alice").getState()).isEqualTo(HealthCheck.State.DOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lightning:custommsg", "lightning:custommsg?delivery=acknowledged", "direct:out"})
    void aRouteThatCouldNotBeStartedLeavesNoCheckBehind(String from) {
        context.start();
        alice.failStart(new LightningException("port 9735 is in use"));

        assertThat(catchThrowable(() -> routes(in -> in.from(from).to("lightning:sendcustommsg"))))
                .hasStackTraceContaining("port 9735 is in use");

        assertThat(checks()).isEmpty();
    }

    @Test
    void aRouteThatAsksTheNodeForWhatItHasNotLeavesNoCheckBehind() {
        context.start();

        assertThat(catchThrowable(() -> routes(
                        in -> in.from("lightning:hook/custommsg?hookTimeout=1s").to("mock:in"))))
                .isNotNull();
        assertThat(catchThrowable(() -> routes(in -> in.from("direct:out").to("lightning:rpc/getinfo"))))
                .isNotNull();

        assertThat(checks()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lightning-node-alice", "lightning-peers-alice"})
    void anApplicationMayHaveItsOwnIdeaOfAResult(String check) throws Exception {
        HealthCheckResultStrategy strategy =
                (of, options, result) -> result.down().detail("asked", of.getId());
        context.getRegistry().bind("strategy", strategy);
        start(in -> in.from("lightning:custommsg").to("mock:in"));

        assertThat(health(check).getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health(check).getDetails()).containsEntry("asked", check);
    }

    private List<String> checks() {
        return HealthCheckRegistry.get(context).stream()
                .map(HealthCheck::getId)
                .filter(id -> id.startsWith("lightning"))
                .toList();
    }

    @Test
    void noneOfItIsAReasonToRestartTheProcess() throws Exception {
        start(in -> in.from("lightning:custommsg").to("mock:in"));
        alice.state(NodeState.Status.DOWN, "the cable is out");

        Collection<HealthCheck.Result> alive = HealthCheckHelper.invokeLiveness(context);

        assertThat(alive).noneMatch(result -> result.getCheck().getId().contains("lightning"));
    }

    @Test
    void theChecksGoWithTheComponent() throws Exception {
        start(in -> in.from("lightning:custommsg").to("mock:in"));
        context.removeComponent("lightning");

        assertThat(HealthCheckRegistry.get(context).stream())
                .noneMatch(check -> check.getId().startsWith("lightning"));
    }

    @Test
    void aPeerThatARouteNamesIsToBeConnected() throws Exception {
        var bob = new TestNode(2);
        startWith(PeerHealth.ANY, "lightning:sendcustommsg?messageType=37913&peerId=" + bob.nodeId());

        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health("lightning-peers-alice").getDetails())
                .containsEntry("peers.wanted", 1)
                .containsEntry("peers.connected", 0)
                .containsEntry("peers.missing", bob.nodeId().hex());

        TestNode.connect(alice, bob);
        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.UP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&delivery=acknowledged"})
    void thoseWhoseMessagesARouteTakesMayDialInWhenTheApplicationIsReady(String more) throws Exception {
        start(in -> in.from("lightning:custommsg?peers=" + OTHER + more).to("mock:in"));

        assertThat(health("lightning-peers-alice").getDetails()).containsEntry("peers.wanted", 0);
        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void aPeerIsNotMissedAnyMoreWhenItsRouteIsGone() throws Exception {
        start(in -> {
            in.from("direct:out").routeId("out").to(toPeers(101));
            in.from("lightning:custommsg").to("mock:in");
        });
        assertThat(health("lightning-peers-alice").getDetails()).containsEntry("peers.wanted", 1);

        context.getRouteController().stopRoute("out");
        context.removeRoute("out");

        assertThat(health("lightning-peers-alice").getDetails()).containsEntry("peers.wanted", 0);
        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void aPeerThatIsConnectedOnDemandIsNotMissed() throws Exception {
        startWith(PeerHealth.ALL, toPeers(101) + "&autoConnect=true");

        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void ofThePeersThatTheNodeKeepsOneIsEnoughUnlessAllAreWanted() throws Exception {
        var bob = new TestNode(2);
        alice.keep(bob.nodeId(), OTHER);
        TestNode.connect(alice, bob);
        startWith(PeerHealth.ANY, "lightning:sendcustommsg");
        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(health("lightning-peers-alice").getDetails()).containsEntry("peers.missing", OTHER.hex());
    }

    @Test
    void whereAllAreWantedOneThatIsAwayIsTooMany() throws Exception {
        var bob = new TestNode(2);
        alice.keep(bob.nodeId(), OTHER);
        TestNode.connect(alice, bob);
        startWith(PeerHealth.ALL, "lightning:sendcustommsg");

        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health("lightning-peers-alice").getMessage().orElseThrow()).startsWith("1 of the 2 peers");
    }

    @Test
    void whereNoneAreWantedAllMayBeAway() throws Exception {
        alice.keep(OTHER);
        startWith(PeerHealth.NONE, "lightning:sendcustommsg");

        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void aMessageThatDoesNotGetThroughTheRouteIsToldOf() throws Exception {
        start(in -> in.from("lightning:custommsg?maxHold=10ms&unhealthyAfter=1ms")
                .routeId("in")
                .process(gate));
        HealthCheck health = consumer("in").getHealthCheck();
        assertThat(health.call().getState()).isEqualTo(HealthCheck.State.UP);

        alice.receive(PEER, TYPE, "stuck").get(10, TimeUnit.SECONDS);
        await().until(() -> health.call().getState() == HealthCheck.State.DOWN);
        assertThat(health.call().getMessage().orElseThrow())
                .startsWith("A message has been in the route")
                .endsWith("unhealthyAfter is 1 ms");
        assertThat(consumer("in").getHeld()).isZero();

        gate.open();
        await().until(() -> health.call().getState() == HealthCheck.State.UP);
    }

    @Test
    void messagesOfASuspendedRouteWaitForGoodReason() throws Exception {
        start(in ->
                in.from("lightning:custommsg?unhealthyAfter=1ms").routeId("in").to("mock:in"));
        context.getRouteController().suspendRoute("in");
        alice.receive(PEER, TYPE, "waits");
        await().until(() -> consumer("in").getOldestMillis() > 1);

        assertThat(consumer("in").getHealthCheck().call().getState()).isEqualTo(HealthCheck.State.UP);
    }

    @Test
    void aNegativeTimeIsRefused() {
        assertThat(catchThrowable(() -> start(
                        in -> in.from("lightning:custommsg?unhealthyAfter=-1").to("mock:in"))))
                .hasStackTraceContaining("Option unhealthyAfter is -1: it must be at least 0");
    }
}

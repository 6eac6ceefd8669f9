// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.Json;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.Test;

/** What operators see of a node that has a daemon. */
class DaemonHealthTest extends DaemonTestSupport {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @Override
    public void configureTest(TestExecutionConfiguration configuration) {
        super.configureTest(configuration);
        configuration.withEnableJMX();
    }

    private HealthCheck.Result health(String id) {
        return HealthCheckHelper.invokeReadiness(context, "full").stream()
                .filter(result -> result.getCheck().getId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private Object managed(String attribute) throws Exception {
        return SERVER.getAttribute(managed(), attribute);
    }

    private ObjectName managed() throws Exception {
        return new ObjectName("org.apache.camel:context=" + context.getManagementName()
                + ",type=services,name=\"lightning-node-alice\"");
    }

    @Test
    void aNodeWhoseCommandIsAnothersSinceLightningdCameBackIsNotReadyAndSaysWhy() throws Exception {
        start(in -> in.from("lightning:rpc/orders").to("mock:in"));
        alice.stop();
        alice.start();
        alice.answer("orders", "", params -> Json.emptyObject());

        await().until(() -> health("lightning-node-alice")
                .getMessage()
                .orElse("")
                .startsWith("The Lightning node alice refuses what routes ask for: The method orders cannot be had"));
        assertThat(health("lightning-node-alice").getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(health("lightning-node-alice").getDetails()).containsEntry("node.plugin", true);
    }

    @Test
    void aPluginThatLightningdHasIsReadyAndOneThatItLostIsNotUntilItIsBack() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        assertThat(health("lightning-node-alice").getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(health("lightning-node-alice").getDetails()).containsEntry("node.plugin", true);
        assertThat(managed("PluginRegistered")).isEqualTo(true);

        alice.crash();
        await().until(() -> health("lightning-node-alice").getState() == HealthCheck.State.DOWN);
        assertThat(health("lightning-node-alice").getDetails()).containsEntry("node.plugin", false);
        assertThat(managed("PluginRegistered")).isEqualTo(false);

        alice.start();
        await().until(() -> health("lightning-node-alice").getState() == HealthCheck.State.UP);
        assertThat(health("lightning-node-alice").getDetails())
                .containsEntry("node.plugin", true)
                .containsEntry("node.reconnects", 1L);
        assertThat(managed("Reconnects")).isEqualTo(1L);
    }

    @Test
    void theDaemonIsAskedWhichPeersAreConnected() throws Exception {
        SimulatedLightningd bob = lightning.start("bob");
        start(in -> in.from("direct:out").to("lightning:sendcustommsg?messageType=37913&peerId=" + bob.nodeId()));
        assertThat(health("lightning-peers-alice").getState()).isEqualTo(HealthCheck.State.DOWN);

        bob.connectTo(alice);

        await().until(() -> health("lightning-peers-alice").getState() == HealthCheck.State.UP);
        assertThat(health("lightning-peers-alice").getDetails()).containsEntry("peers.connected", 1);
        await().until(() -> managed("ConnectedPeers").equals(1));
    }

    @Test
    void aDaemonThatHangsLeavesItOpenWhoIsConnected() throws Exception {
        start(in -> in.from("direct:out")
                .to("lightning:sendcustommsg?messageType=37913&peerId="
                        + lightning.start("bob").nodeId()));

        alice.hang();
        try {
            HealthCheck.Result result = health("lightning-peers-alice");
            assertThat(result.getState()).isEqualTo(HealthCheck.State.UNKNOWN);
            assertThat(result.getMessage().orElseThrow()).contains("does not say within 2 s who is connected");
            assertThatThrownBy(() -> SERVER.invoke(managed(), "peers", null, null))
                    .rootCause()
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("does not say within 2 s who is connected");
        } finally {
            alice.resume();
        }
    }

    @Test
    void aDaemonThatHangsLeavesAnApplicationReadyThatNeedsNoPeer() throws Exception {
        start(in -> in.from("lightning:custommsg").to("mock:in"));

        alice.hang();
        try {
            Collection<HealthCheck.Result> results = HealthCheckHelper.invokeReadiness(context, "full");
            assertThat(HealthCheckHelper.isResultsUp(results, true)).isTrue();
            assertThat(health("lightning-peers-alice").getDetails())
                    .extractingByKey("reason")
                    .asString()
                    .contains("does not say within 2 s who is connected");
        } finally {
            alice.resume();
        }
    }
}

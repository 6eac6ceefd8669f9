// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.NodeState;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.Test;

class ManagementTest extends LightningTestSupport {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @Override
    public void configureTest(TestExecutionConfiguration configuration) {
        super.configureTest(configuration);
        configuration.withEnableJMX();
    }

    private Object attribute(String name) throws Exception {
        ObjectName consumer = SERVER.queryNames(
                        new ObjectName("org.apache.camel:context=" + context.getManagementName()
                                + ",type=consumers,name=CustomMsgConsumer*"),
                        null)
                .iterator()
                .next();
        return SERVER.getAttribute(consumer, name);
    }

    @Test
    void aConsumersFiguresAreManaged() throws Exception {
        start(in -> in.from("lightning:custommsg?maxHold=10ms")
                .routeId("in")
                .choice()
                .when(in.body().isEqualTo("bad"))
                .throwException(new IllegalStateException("out of ink"))
                .otherwise()
                .process(gate));

        gate.letThrough(1);
        alice.receive(PEER, TYPE, "good").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "bad").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "slow").get(10, TimeUnit.SECONDS);
        alice.receive(PEER, TYPE, "behind").get(10, TimeUnit.SECONDS);

        assertThat(attribute("Received")).isEqualTo(4L);
        assertThat(attribute("Handled")).isEqualTo(1L);
        assertThat(attribute("Failed")).isEqualTo(1L);
        assertThat(attribute("Dropped")).isEqualTo(0L);
        assertThat(attribute("Waiting")).isEqualTo(1L);
        assertThat(attribute("OpenLanes")).isEqualTo(1L);
        assertThat(attribute("Held")).isEqualTo(0L);
        assertThat(attribute("OldestHeldMillis")).isEqualTo(0L);
        assertThat(attribute("NodeStatus")).isEqualTo("UP");
    }

    @Test
    void theAgeOfTheOldestHeldMessageGrows() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").process(gate));

        alice.receive(PEER, TYPE, "held");
        await().until(() -> attribute("Held").equals(1L));
        long before = (Long) attribute("OldestHeldMillis");

        await().until(() -> (Long) attribute("OldestHeldMillis") > before);
        assertThat(attribute("Held")).isEqualTo(1L);
    }

    @Test
    void twoComponentsThatShareANodeAreManagedApart() throws Exception {
        context.addComponent("bank", new LightningComponent());
        start(in -> {
            in.from("lightning:custommsg").to("mock:in");
            in.from("bank:custommsg?messageTypes=40001").to("mock:in");
        });

        for (String name : new String[] {"alice", "bank-alice"}) {
            assertThat(HealthCheckRegistry.get(context).getCheck("lightning-node-" + name))
                    .isPresent();
            assertThat(SERVER.getAttribute(
                            new ObjectName("org.apache.camel:context=" + context.getManagementName()
                                    + ",type=services,name=\"lightning-node-" + name + "\""),
                            "Name"))
                    .isEqualTo(name);
        }
    }

    private HealthCheck.Result registered() {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        registry.register(registry.resolveById("consumers"));
        return HealthCheckHelper.invokeReadiness(context, "full").stream()
                .filter(result -> result.getCheck().getId().equals("consumer:in"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theHealthOfTheNodeIsTheReadinessOfTheRoute() throws Exception {
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));
        assertThat(registered().getState()).isEqualTo(HealthCheck.State.UP);

        alice.state(NodeState.Status.DOWN, "the cable is out");

        assertThat(registered().getState()).isEqualTo(HealthCheck.State.DOWN);
        assertThat(registered().getMessage()).contains("The Lightning node is DOWN: the cable is out");
        assertThat(registered().getDetails()).containsEntry("node.status", "DOWN");
        assertThat(HealthCheckHelper.invokeLiveness(context))
                .noneMatch(result -> result.getCheck().getId().equals("consumer:in"));
    }

    @Test
    void healthChecksCanBeSwitchedOffInTheComponent() throws Exception {
        context.getComponent("lightning", LightningComponent.class).setHealthCheckConsumerEnabled(false);
        start(in -> in.from("lightning:custommsg").routeId("in").to("mock:in"));

        alice.state(NodeState.Status.DOWN, "the cable is out");

        assertThat(registered().getState()).isNotEqualTo(HealthCheck.State.DOWN);
    }
}

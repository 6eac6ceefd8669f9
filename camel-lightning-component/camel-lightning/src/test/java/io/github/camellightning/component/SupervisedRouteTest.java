// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.peer.PeerNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.SupervisingRouteController;
import org.junit.jupiter.api.Test;

/** Camel's supervising route controller, with a real node whose port another has. */
class SupervisedRouteTest {

    @Test
    void aRouteStartsWhenThePortOfItsNodeIsFreeAndTheOthersDoNotWaitForIt() throws Exception {
        try (CamelContext context = new DefaultCamelContext();
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PeerNode bob = PeerNodes.listening(2);
            bob.setListen("127.0.0.1:" + taken.getLocalPort());
            context.getRegistry().bind("bob", bob);
            SupervisingRouteController supervisor = context.getRouteController().supervising();
            supervisor.setInitialDelay(0);
            supervisor.setBackOffDelay(50);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("lightning:custommsg").routeId("in").to("mock:in");
                    from("direct:other").routeId("other").to("mock:other");
                }
            });

            context.start();
            await().until(() -> !supervisor.getRestartingRoutes().isEmpty());
            assertThat(supervisor.getRouteStatus("other")).isEqualTo(ServiceStatus.Started);
            assertThat(healthOfNode(context).getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(healthOfNode(context).getMessage().orElseThrow()).contains("Cannot listen on", "option listen");

            taken.close();
            await().until(() -> supervisor.getRouteStatus("in") == ServiceStatus.Started);
            assertThat(healthOfNode(context).getState()).isEqualTo(HealthCheck.State.UP);
            assertThat(bob.listenAddress()).isNotNull();
        }
    }

    private static HealthCheck.Result healthOfNode(CamelContext context) {
        return HealthCheckHelper.invokeReadiness(context, "full").stream()
                .filter(result -> result.getCheck().getId().equals("lightning-node-bob"))
                .findFirst()
                .orElseThrow();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.context.ApplicationContext;

/** The actuator's {@code camelHealth} and {@code camelReadinessState} tell of the nodes that routes use. */
class HealthTest {

    private static RouteBuilder fromPeers() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("lightning:custommsg?startupMode=reconnect").routeId("in").to("mock:in");
            }
        };
    }

    private static Status status(ApplicationContext context, String indicator) {
        return context.getBean(indicator, HealthIndicator.class).health().getStatus();
    }

    @Test
    void itTellsWhyANodeIsDownAndThatItHasComeBack() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Boot.application(
                            "lightning.peer-nodes.alice.listen=127.0.0.1:" + taken.getLocalPort(),
                            "camel.health.exposure-level=full")
                    .withBean(RouteBuilder.class, HealthTest::fromPeers)
                    .run(context -> {
                        Awaitility.await().until(() -> context.getBean("camelHealth", HealthIndicator.class)
                                .health()
                                .toString()
                                .contains("The Lightning node is DOWN"));
                        assertThat(status(context, "camelHealth")).isEqualTo(Status.DOWN);
                        assertThat(status(context, "camelReadinessState")).isEqualTo(Status.OUT_OF_SERVICE);
                        assertThat(status(context, "camelLivenessState")).isEqualTo(Status.UP);
                        assertThat(context.getBean("camelHealth", HealthIndicator.class)
                                        .health()
                                        .getDetails())
                                .anySatisfy((check, details) -> assertThat(check + " " + details)
                                        .contains("lightning", "Address already in use"));

                        taken.close();

                        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> status(context, "camelHealth")
                                .equals(Status.UP));
                        assertThat(status(context, "camelReadinessState")).isEqualTo(Status.UP);
                    });
        }
    }
}

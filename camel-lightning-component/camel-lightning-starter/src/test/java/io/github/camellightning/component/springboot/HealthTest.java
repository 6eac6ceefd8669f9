// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.context.ApplicationContext;

/** The actuator's health and probes tell of the nodes that routes use. */
class HealthTest {

    private static final String CAMEL = "camelHealth";
    private static final String READINESS = "camelReadinessStateHealthIndicator";
    private static final String LIVENESS = "camelLivenessStateHealthIndicator";

    private static RouteBuilder fromPeersAndToThem() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("lightning:custommsg?startupMode=reconnect").to("mock:in");
                from("direct:out").to("lightning:sendcustommsg?startupMode=reconnect");
            }
        };
    }

    private static Health health(ApplicationContext context, String indicator) {
        return context.getBean(indicator, HealthIndicator.class).health();
    }

    @Test
    void itTellsOfConsumersAndProducersWhyTheirNodeIsDownAndThatItHasComeBack() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Boot.application(
                            "lightning.peer-nodes.alice.listen=127.0.0.1:" + taken.getLocalPort(),
                            "camel.health.exposure-level=full",
                            "camel.health.producers-enabled=true",
                            "management.endpoint.health.probes.enabled=true")
                    .withBean(RouteBuilder.class, HealthTest::fromPeersAndToThem)
                    .run(context -> {
                        Awaitility.await().untilAsserted(() -> assertThat(
                                        health(context, CAMEL).getDetails())
                                .anySatisfy((check, details) ->
                                        assertThat(check + details).contains("consumer:", "Address already in use"))
                                .anySatisfy((check, details) -> assertThat(check + details)
                                        .contains("producer:lightning", "Address already in use")));
                        assertThat(health(context, CAMEL).getStatus()).isEqualTo(Status.DOWN);
                        assertThat(health(context, READINESS).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
                        assertThat(health(context, LIVENESS).getStatus()).isEqualTo(Status.UP);

                        taken.close();

                        Awaitility.await()
                                .atMost(Duration.ofSeconds(30))
                                .until(() -> health(context, CAMEL).getStatus().equals(Status.UP));
                        assertThat(health(context, READINESS).getStatus()).isEqualTo(Status.UP);
                    });
        }
    }
}

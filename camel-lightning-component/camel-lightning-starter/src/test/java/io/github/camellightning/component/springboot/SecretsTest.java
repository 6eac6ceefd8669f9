// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.env.EnvironmentEndpoint;

/** Runes and keys are shown by no endpoint of the actuator's, not even one that is told to show all values. */
class SecretsTest {

    private static final String KEY = "00000000000000000000000000000000000000000000000000000000c0ffee11";

    @Test
    void neitherTheEnvironmentNorTheConfigurationShowsARuneOrAKey() {
        Boot.application(
                        "camel.component.lightning.rune=c2VjcmV0LXJ1bmU",
                        "camel.component.lightning.network=regtest",
                        "shop.rune=b3RoZXItcnVuZQ",
                        "lightning.peer-nodes.alice.privateKey=" + KEY)
                .run(context -> {
                    context.getBean(CamelContext.class).getComponent("lightning");
                    var functions = context.getBeanProvider(SanitizingFunction.class)
                            .orderedStream()
                            .toList();
                    var environment = new EnvironmentEndpoint(context.getEnvironment(), functions, Show.ALWAYS);
                    var configuration = new ConfigurationPropertiesReportEndpoint(functions, Show.ALWAYS);
                    configuration.setApplicationContext(context);

                    String shown = new ObjectMapper().writeValueAsString(environment.environment(null))
                            + new ObjectMapper().writeValueAsString(configuration.configurationProperties());

                    assertThat(shown)
                            .contains("camel.component.lightning.rune", "shop.rune", "regtest", "******")
                            .doesNotContain("c2VjcmV0LXJ1bmU", "b3RoZXItcnVuZQ", KEY);
                });
    }
}

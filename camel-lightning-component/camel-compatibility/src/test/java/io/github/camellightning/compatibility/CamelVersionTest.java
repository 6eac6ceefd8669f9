// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.component.LightningComponent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the tests that run in this module are of our jar, and with the Camel that was asked for. */
class CamelVersionTest {

    private static final String WANTED = System.getProperty("camel.compat");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "camel-api",
                "camel-support",
                "camel-health",
                "camel-base",
                "camel-base-engine",
                "camel-core-engine",
                "camel-core-model",
                "camel-core-processor",
                "camel-core-reifier",
                "camel-core-languages",
                "camel-core-catalog",
                "camel-main",
                "camel-management",
                "camel-direct",
                "camel-seda",
                "camel-mock",
                "camel-timer",
                "camel-test-junit5"
            })
    void eachModuleIsOfTheVersionThatWasAskedFor(String module) throws IOException {
        String properties = "/META-INF/maven/org.apache.camel/" + module + "/pom.properties";
        try (InputStream file = CamelVersionTest.class.getResourceAsStream(properties)) {
            assertThat(file).as(properties).isNotNull();
            var found = new Properties();
            found.load(file);
            assertThat(found).containsEntry("version", WANTED);
        }
    }

    @Test
    void camelSaysThatItIsThatVersion() throws IOException {
        try (var context = new DefaultCamelContext()) {
            assertThat(context.getVersion()).isEqualTo(WANTED);
        }
    }

    @Test
    void theComponentIsAJarAndNotWhatThisBuildCompiled() throws Exception {
        var component = Path.of(LightningComponent.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());

        assertThat(component.getFileName().toString()).matches("camel-lightning-[^/]*\\.jar");
    }
}

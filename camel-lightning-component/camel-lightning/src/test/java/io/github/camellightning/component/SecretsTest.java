// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;

class SecretsTest {

    private static final String KEY = "c0ffee00" + "1badcafe".repeat(7);

    @Test
    void x() throws Exception {
        try (var logs = new Logs("ROOT")) {
            var main = new Main();
            main.setPropertyPlaceholderLocations("classpath:secrets/application.properties");
            main.configure().addRoutesBuilder(new RouteBuilder() {
                @Override
                public void configure() {
                    from("lightning:custommsg").to("mock:in");
                }
            });
            main.start();
            main.stop();
            logs.events().stream()
                    .filter(e -> e.getFormattedMessage().contains(KEY))
                    .forEach(e -> System.out.println(
                            "LEAK " + e.getLevel() + " " + e.getLoggerName() + " " + e.getFormattedMessage()));
        }
    }
}

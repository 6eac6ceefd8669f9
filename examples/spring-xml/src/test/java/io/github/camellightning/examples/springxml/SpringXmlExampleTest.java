// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.springxml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The example as its user runs it, but for the JVM around it. */
class SpringXmlExampleTest {

    @Test
    void eachOrderArrivesOnceThoughBobsContextIsClosedAndOpenedAgain() {
        var printed = new ByteArrayOutputStream();

        int exit = SpringXmlExample.run(new PrintStream(printed, true, StandardCharsets.UTF_8), "--orders", "100");

        assertThat(exit).as(printed::toString).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("Bob's context is closed", "an order is not empty", "her file in done", "all is well");
    }
}

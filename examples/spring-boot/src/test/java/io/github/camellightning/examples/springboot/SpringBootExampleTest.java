// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example as its user runs it, but for the JVM around it. */
class SpringBootExampleTest {

    @TempDir
    Path temp;

    @Test
    void eachOrderArrivesOnceThoughBobsApplicationIsRestarted() {
        var printed = new ByteArrayOutputStream();

        int exit = SpringBootExample.run(
                new PrintStream(printed, true, StandardCharsets.UTF_8), "--work", temp.toString(), "--orders", "100");

        assertThat(exit).as(printed::toString).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .anyMatch(line -> line.startsWith("Bob") && line.endsWith("says 200, its Lightning node is UP"))
                .anyMatch(line -> line.startsWith("Alice") && line.endsWith("says 200, its Lightning node is UP"))
                .anyMatch(line -> line.contains("Bob's application is stopped"))
                .anyMatch(line -> line.contains("an order is not empty"))
                .anyMatch(line -> line.contains("all is well"));
    }
}

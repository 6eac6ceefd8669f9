// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.commando;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example as its user runs it, but for the JVM around it. */
class CommandoExampleTest {

    @TempDir
    Path temp;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int run(Path orders) {
        return CommandoExample.run(
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                "--orders",
                orders.toString(),
                "--work",
                temp.resolve("work").toString());
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whoHasARuneIsAnsweredAndWhoMayNotIsRefused() {
        assertThat(run(Path.of("samples/orders.json"))).as(this::output).isZero();

        assertThat(output())
                .contains("orders.status 4711: {\"state\":\"shipped\",\"parcel\":\"JD0146\"}")
                .contains("orders.status 4799: error -1404, there is no order 4799")
                .contains("orders.list: error 19537, Invalid rune: Not permitted: method")
                .contains("orders.status 4712: error 19537, Invalid rune: Not permitted: parameter order")
                .contains("all is well");
    }

    @Test
    void itRunsAgainWithTheSameKeysAndRunes() {
        assertThat(run(Path.of("samples/orders.json"))).as(this::output).isZero();
        assertThat(run(Path.of("samples/orders.json"))).as(this::output).isZero();
    }

    @Test
    void aFileOfOrdersThatCannotBeReadIsTheShopsBusiness() throws Exception {
        Path broken = Files.writeString(temp.resolve("orders.json"), "{\"4711\": {\"secret\": ");

        assertThat(run(broken)).isEqualTo(1);

        assertThat(output()).contains("error -32603").doesNotContain("secret").contains("were not right");
    }
}

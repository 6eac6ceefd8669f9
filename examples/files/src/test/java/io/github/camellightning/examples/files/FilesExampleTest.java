// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example as its user runs it, but for the JVM around it. */
class FilesExampleTest {

    @TempDir
    Path temp;

    @Test
    void eachFileArrivesOnceOverAConnectionThatIsCutAndIsReceiptedOnce() {
        var printed = new ByteArrayOutputStream();

        int exit = FilesExample.run(
                new PrintStream(printed, true, StandardCharsets.UTF_8), "--work", temp.toString(), "--files", "100");

        assertThat(exit).as(printed::toString).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("The connection is cut", "an order is not empty", "all is well");
    }
}

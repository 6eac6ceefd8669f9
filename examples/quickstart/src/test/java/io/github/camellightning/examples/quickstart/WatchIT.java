// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example with a folder of the user's, in a JVM of its own that ends with Ctrl-C. */
class WatchIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    @Test
    void filesDroppedIntoTheFolderAreSentUntilTheUserEndsIt() throws Exception {
        Path watched = temp.resolve("my files");
        Path output = temp.resolve("output");
        Process quickstart = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Quickstart.class.getName(),
                        "--samples",
                        "samples",
                        "--work",
                        temp.resolve("work").toString(),
                        "--watch",
                        watched.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            await().atMost(PATIENCE).until(() -> Files.readString(output).contains("Drop files into"));
            Files.writeString(watched.resolve("first.txt"), "dropped by its user");
            await().atMost(PATIENCE).until(() -> Files.exists(watched.resolve("done/first.txt")));
            Files.write(watched.resolve("large"), new byte[700_000]);
            await().atMost(PATIENCE).until(() -> Files.exists(watched.resolve("done/large")));
            Files.writeString(watched.resolve("second.txt"), "and another");
            await().atMost(PATIENCE).until(() -> Files.exists(watched.resolve("done/second.txt")));
        } finally {
            quickstart.destroy();
        }

        assertThat(quickstart.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).doesNotContain("Exception");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example as its user runs it, but for the JVM around it, its folder and its port. */
class YamlExampleTest {

    @TempDir
    Path folder;

    @Test
    void eachOrderIsInBobsInboxAndInDoneAndTheEmptyOneHasFailed() throws Exception {
        var main = new Main();
        main.addOverrideProperty("folder", folder.toString());
        main.addOverrideProperty("bob.port", String.valueOf(freePort()));

        assertThat(main.run(new String[0])).isZero();

        Path outbox = folder.resolve("alice/outbox");
        assertThat(files(outbox)).isEmpty();
        assertThat(files(outbox.resolve("done")))
                .containsExactly("order-1.txt", "order-2.txt", "order-4.txt", "order-5.txt");
        assertThat(files(outbox.resolve("failed"))).containsExactly("order-3.txt", "order-3.txt.reason");
        assertThat(Files.readString(outbox.resolve("failed/order-3.txt.reason")))
                .endsWith("for good: an order is not empty");
        Path inbox = folder.resolve("bob/inbox");
        assertThat(files(inbox))
                .hasSize(4)
                .allMatch(name -> name.matches("[0-9a-f]{32}-order-\\d\\.txt"))
                .extracting(name -> Files.readString(inbox.resolve(name)))
                .containsExactlyInAnyOrder("order 1", "order 2", "order 4", "order 5");
        assertThat(Files.readAllLines(folder.resolve("bob/handled"))).hasSize(4);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}

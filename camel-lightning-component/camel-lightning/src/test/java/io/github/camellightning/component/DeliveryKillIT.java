// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two JVMs with acknowledged delivery between them, of which one or the other is killed without a word, again and again, while files flow. {@code
 * -Dkill.files=100000 -Dkill.rounds=30} make more of it.
 */
class DeliveryKillIT {

    private static final int FILES = Integer.getInteger("kill.files", 1_000);
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 4);
    private static final Duration PATIENCE = Duration.ofMinutes(Integer.getInteger("kill.minutes", 3));

    @TempDir
    Path folder;

    private Path outbox;
    private Path inbox;
    private Process sender;
    private Process receiver;

    @AfterEach
    void stop() throws InterruptedException {
        for (Process each : new Process[] {sender, receiver}) {
            if (each != null) {
                each.destroyForcibly().waitFor();
            }
        }
    }

    private static String content(int number) {
        return "content of " + number;
    }

    private void fillOutbox() throws IOException {
        outbox = Files.createDirectories(folder.resolve("outbox"));
        inbox = Files.createDirectories(folder.resolve("inbox"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(outbox.resolve("file" + i), content(i));
        }
    }

    private int arrived() {
        return Objects.requireNonNull(inbox.toFile().list()).length;
    }

    private boolean isOutboxEmpty() {
        return Objects.requireNonNull(outbox.toFile().list()).length == 0;
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void whoeverDiesNothingIsLostAndNothingIsThereTwice() throws Exception {
        fillOutbox();
        int port = freePort();
        receiver = DeliveryEnd.start("receiver", folder, port);
        sender = DeliveryEnd.start("sender", folder, port);
        for (int round = 0; round < ROUNDS; round++) {
            int some = Math.min(FILES, arrived() + FILES / (2 * ROUNDS));
            await().atMost(PATIENCE).until(() -> arrived() >= some);
            if (round % 2 == 0) {
                receiver.destroyForcibly().waitFor();
                receiver = DeliveryEnd.start("receiver", folder, port);
            } else {
                sender.destroyForcibly().waitFor();
                sender = DeliveryEnd.start("sender", folder, port);
            }
        }
        await().atMost(PATIENCE).until(this::isOutboxEmpty);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < FILES; i++) {
            names.add("file" + i);
            assertThat(inbox.resolve("file" + i)).hasContent(content(i));
        }
        assertThat(Set.of(Objects.requireNonNull(inbox.toFile().list()))).isEqualTo(names);
        names.removeAll(new HashSet<>(Files.readAllLines(folder.resolve("journal"))));
        assertThat(names).as("not in the journal").isEmpty();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

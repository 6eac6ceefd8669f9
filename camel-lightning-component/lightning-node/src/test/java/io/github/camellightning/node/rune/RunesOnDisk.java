// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)

/** Runes in a folder of their own, under clocks that a test sets. */
abstract class RunesOnDisk {

    static final NodeId PEER = new NodeId("02c6d2af6bbe484b82892b9b3587dbe905d4d1bd9a40729c74d01392d0a6500f7c");
    static final Instant START = Instant.ofEpochSecond(1_795_205_996);

    @TempDir
    Path directory;

    /** What the system's clock shows. */
    Instant wall = START;
    /** What has really passed. */
    Duration passed = Duration.ZERO;

    Path file;
    Runes runes;

    @BeforeEach
    void open() {
        file = directory.resolve("node").resolve("runes");
        runes = opened();
    }

    @AfterEach
    void close() {
        runes.close();
    }

    final Runes opened() {
        var made = new Runes(new RuneClock(() -> wall, () -> passed.toNanos()));
        made.setRuneFile(file.toString());
        return made;
    }

    final void restart() {
        runes.close();
        runes = opened();
    }

    /** As after a crash: nothing is written at the end. */
    final void crash() throws IOException {
        Path state = file.resolveSibling("runes.state");
        byte[] content = Files.readAllBytes(state);
        runes.close();
        Files.write(state, content);
        runes = opened();
    }

    final void pass(Duration time) {
        wall = wall.plus(time);
        passed = passed.plus(time);
    }

    static String refusal(Runes checking, Rune rune, String method, String params) throws Exception {
        try {
            checking.check(rune, new RuneRequest(PEER, method, Json.read(params)))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException refused) {
            assertThat(refused.getCause()).isInstanceOf(RuneRefusedException.class);
            return refused.getCause().getMessage();
        }
    }

    final String refusal(Rune rune) throws Exception {
        return refusal(runes, rune, "x", "{}");
    }
}

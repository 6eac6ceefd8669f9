// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process locks stays locked for other processes. */
@Timeout(60)
class LockFileTest {

    @TempDir
    Path directory;

    /** Another process: says whether it gets the lock. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) throws Exception {
            try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                System.out.print(lock == null ? "locked" : "free");
            }
        }
    }

    private static String seenByAnotherProcess(Path file) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        file.toString())
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whoClosesItTakesNoLockFromOthersOfTheProcess() throws Exception {
        Path file = directory.resolve("x.lock");
        try (LockFile mine = LockFile.open(file);
                LockFile others = LockFile.open(directory.resolve(".").resolve("x.lock"))) {
            try (FileLock lock = requireNonNull(mine.tryLock())) {
                assertThat(others.tryLock()).isNull();
                LockFile.open(file).close();
                assertThat(lock.isValid()).isTrue();
                assertThat(seenByAnotherProcess(file)).isEqualTo("locked");
            }
            assertThat(seenByAnotherProcess(file)).isEqualTo("free");
        }
    }
}

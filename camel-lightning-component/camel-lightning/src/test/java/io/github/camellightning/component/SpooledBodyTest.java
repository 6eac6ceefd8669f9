// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What becomes of the file that a long body goes to. */
class SpooledBodyTest {

    private static long openFiles() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(SpooledBodyTest::isOfABody).count();
        }
    }

    private static boolean isOfABody(Path descriptor) {
        try {
            Path file = Files.readSymbolicLink(descriptor);
            return file.getFileName() != null && file.getFileName().toString().startsWith("lightning-");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aBodyThatCannotBeReadToItsEndLeavesNoFileOpen() throws Exception {
        long before = openFiles();
        var seen = new long[1];
        var failing = new InputStream() {
            private int read;

            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                read += length;
                if (read > 1_000_000) {
                    seen[0] = openFiles();
                    throw new UncheckedIOException(new IOException("gone"));
                }
                return length;
            }
        };
        assertThatThrownBy(() -> SpooledBody.of(failing)).hasMessageContaining("gone");
        assertThat(seen[0]).isEqualTo(before + 1);
        assertThat(openFiles()).isEqualTo(before);
    }
}

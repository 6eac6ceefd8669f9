// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where secrets come from: files, the environment, the standard input. */
record RuneInput(InputStream standardInput, Map<String, String> environment) {

    private static final String RUNE = "LIGHTNING_RUNE";
    private static final String RUNE_FILE = "LIGHTNING_RUNE_FILE";
    private static final Path STANDARD_INPUT = Path.of("-");
    private static final int LONGEST = 64 << 10;

    @Nullable
    Path runeFile() {
        String file = environment.get(RUNE_FILE);
        return file == null || file.isBlank() ? null : Path.of(file);
    }

    /** @param from a file; null: the environment, else the standard input */
    String rune(@Nullable Path from) throws IOException {
        String given = environment.get(RUNE);
        if (from == null && given != null) {
            return given.trim();
        }
        if (from == null || from.equals(STANDARD_INPUT)) {
            return text(standardInput);
        }
        try (InputStream file = Files.newInputStream(from)) {
            return text(file);
        }
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).trim();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A secret of runes in a file: 32 to 110 hex digits and perhaps a line end, accessible to its owner alone. */
final class RuneSecretFile {

    private static final Pattern CONTENT = Pattern.compile("((?:[0-9a-fA-F]{2}){16,55})(\r?\n)?");
    private static final int NEW_BYTES = 32;
    private static final int LONGEST_CONTENT = 2 * MasterSecret.MAX_LENGTH + 2;

    private RuneSecretFile() {}

    /**
     * Reads it, or makes one where there is none.
     *
     * @throws LightningException naming the file and the cure
     */
    static MasterSecret read(Path file, SecureRandom random) {
        try {
            if (!Files.exists(file)) {
                var secret = new byte[NEW_BYTES];
                random.nextBytes(secret);
                PrivateFile.create(file, (HexFormat.of().formatHex(secret) + "\n").getBytes(US_ASCII));
            }
            var shared = PrivateFile.sharedMode(file);
            if (shared.isPresent()) {
                throw refusal(
                        file,
                        "others than its owner may access it (" + shared.get()
                                + "); who has it can make any rune: chmod 600");
            }
            return MasterSecret.of(HexFormat.of().parseHex(digits(file)));
        } catch (IOException failed) {
            throw new LightningException(
                    "Cannot use rune file " + file + ": " + failed
                            + "; name a file in a folder that this process' user can read and write",
                    failed);
        }
    }

    private static String digits(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LONGEST_CONTENT + 1);
        }
        var content = CONTENT.matcher(new String(bytes, US_ASCII));
        if (!content.matches()) {
            throw refusal(
                    file,
                    "it does not hold " + 2 * MasterSecret.MIN_LENGTH + " to " + 2 * MasterSecret.MAX_LENGTH
                            + " hex digits, an even number; put the right file there, or move this one away and a new secret is made");
        }
        return content.group(1);
    }

    private static LightningException refusal(Path file, String reasonAndCure) {
        return new LightningException("Cannot use rune file " + file + ": " + reasonAndCure);
    }
}

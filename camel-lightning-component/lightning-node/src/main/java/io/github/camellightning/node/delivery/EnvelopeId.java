// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.wire.WireReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/** What tells an envelope from all others that its sender ever sent: 128 bits, 32 hex digits as text. */
public record EnvelopeId(long high, long low) {

    static final int BYTES = 16;
    private static final int HEX_DIGITS = 2 * BYTES;

    public static EnvelopeId random() {
        var uuid = UUID.randomUUID();
        return new EnvelopeId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    /** The same one for the same text: the first half of its SHA-256. */
    public static EnvelopeId derivedFrom(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.wrap(digest);
            return new EnvelopeId(bytes.getLong(), bytes.getLong());
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** @throws InvalidMessageException where the text is not 32 hex digits */
    public static EnvelopeId parse(String hex) {
        if (hex.length() != HEX_DIGITS || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new InvalidMessageException("Invalid envelope id of " + hex.length()
                    + " characters: it has 32 hex digits; another text can be made one of");
        }
        return new EnvelopeId(
                HexFormat.fromHexDigitsToLong(hex, 0, BYTES), HexFormat.fromHexDigitsToLong(hex, BYTES, HEX_DIGITS));
    }

    static EnvelopeId read(WireReader reader) {
        return new EnvelopeId(reader.u64(), reader.u64());
    }

    public String hex() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }

    @Override
    public String toString() {
        return hex();
    }
}

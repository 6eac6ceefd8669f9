// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import io.github.camellightning.node.InvalidMessageException;
import java.util.Objects;

/**
 * Encrypts what one connection sends. A message becomes its length (2 bytes), encrypted, with a tag (16 bytes), then
 * itself, encrypted, with a tag (16 bytes). Not thread-safe.
 */
public final class SendCipher {

    /** What a message grows by. */
    public static final int OVERHEAD = ReceiveCipher.HEADER + ReceiveCipher.TAG;

    public static final int MAX_LENGTH = 65_535;

    private static final int LENGTH_BYTES = 2;

    private final CipherState state;

    SendCipher(byte[] key, byte[] chainingKey) {
        this.state = new CipherState(key, chainingKey);
    }

    /**
     * Writes 18 + {@code length} + 16 bytes and returns that count. {@code message} and what is written must not overlap.
     *
     * @throws InvalidMessageException where {@code length} exceeds 65,535
     */
    public int encrypt(Aead aead, byte[] message, int offset, int length, byte[] out, int outOffset) {
        if (length > MAX_LENGTH) {
            throw new InvalidMessageException(
                    "A message of " + length + " bytes is too long: BOLT 8 carries 65535 bytes with the type");
        }
        // before a nonce is used: it must not be used again for another message
        Objects.checkFromIndexSize(offset, length, message.length);
        Objects.checkFromIndexSize(outOffset, length + OVERHEAD, out.length);

        out[outOffset] = (byte) (length >>> 8);
        out[outOffset + 1] = (byte) length;
        state.seal(aead, out, outOffset, LENGTH_BYTES, out, outOffset);
        state.seal(aead, message, offset, length, out, outOffset + ReceiveCipher.HEADER);
        return length + OVERHEAD;
    }
}

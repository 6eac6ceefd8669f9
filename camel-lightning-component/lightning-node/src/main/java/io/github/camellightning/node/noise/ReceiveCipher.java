// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import java.util.Objects;

/**
 * Decrypts what one connection receives: by turns a header and the message whose length it told. Not thread-safe, and
 * of no use after a {@link NoiseException}.
 */
public final class ReceiveCipher {

    /** The encrypted length and its tag. */
    public static final int HEADER = 18;

    public static final int TAG = ShortAead.TAG;

    private final CipherState state;
    private final byte[] lengthBytes = new byte[2];

    ReceiveCipher(byte[] key, byte[] chainingKey) {
        this.state = new CipherState(key, chainingKey);
    }

    /**
     * Reads 18 bytes.
     *
     * @return the length of the message that follows, 0 to 65,535
     * @throws NoiseException where the MAC is wrong
     */
    public int decryptLength(Aead aead, byte[] header, int offset) {
        Objects.checkFromIndexSize(offset, HEADER, header.length);
        state.open(aead, header, offset, lengthBytes.length, lengthBytes, 0);
        return Byte.toUnsignedInt(lengthBytes[0]) << 8 | Byte.toUnsignedInt(lengthBytes[1]);
    }

    /**
     * Reads {@code length} + 16 bytes and writes {@code length}; {@code out} may be {@code in} at the same offset.
     *
     * @param length as {@link #decryptLength} returned it
     * @throws NoiseException where the MAC is wrong; nothing is written then
     */
    public void decryptBody(Aead aead, byte[] in, int offset, int length, byte[] out, int outOffset) {
        Objects.checkFromIndexSize(offset, length + TAG, in.length);
        Objects.checkFromIndexSize(outOffset, length, out.length);
        state.open(aead, in, offset, length, out, outOffset);
    }
}

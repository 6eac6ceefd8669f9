// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.bouncycastle.crypto.engines.ChaChaEngine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.util.Arrays;

/**
 * ChaCha20-Poly1305 (RFC 8439) for headers and short messages, where setting a cipher up costs more than running it:
 * Bouncy Castle's block function and MAC, without its cipher's state machine around them. Not thread-safe.
 */
final class ShortAead {

    static final int TAG = 16;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int ROUNDS = 20;
    private static final int BLOCK = 64;
    /** Where RFC 8439 keeps the parts of the block function's 16 words: constants, key, counter, nonce. */
    private static final int KEY = 4;

    private static final int COUNTER = 12;
    private static final int NONCE = 13;

    private static final byte[] PADDING = new byte[16];

    private final int[] input = new int[16];
    private final int[] keyStream = new int[16];
    private final byte[] macKey = new byte[32];
    private final byte[] lengths = new byte[16];
    private final byte[] expectedTag = new byte[TAG];
    private final Poly1305 mac = new Poly1305();

    ShortAead() {
        // "expand 32-byte k"
        input[0] = 0x61707865;
        input[1] = 0x3320646e;
        input[2] = 0x79622d32;
        input[3] = 0x6b206574;
    }

    /** Writes {@code length} + 16 bytes; {@code out} may be {@code in} at the same offset. */
    void seal(byte[] key, long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
        start(key, nonce);
        applyKeyStream(in, offset, length, out, outOffset);
        tag(ad, out, outOffset, length, out, outOffset + length);
    }

    /** Reads {@code length} + 16 bytes and writes {@code length}; writes nothing and returns false where the tag is wrong. */
    boolean open(byte[] key, long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
        start(key, nonce);
        tag(ad, in, offset, length, expectedTag, 0);
        if (!Arrays.constantTimeAreEqual(TAG, expectedTag, 0, in, offset + length)) {
            return false;
        }
        applyKeyStream(in, offset, length, out, outOffset);
        return true;
    }

    /** Block 0 of the key stream makes the key of the MAC. */
    private void start(byte[] key, long nonce) {
        for (int word = 0; word < 8; word++) {
            input[KEY + word] = (int) INTS.get(key, 4 * word);
        }
        input[COUNTER] = 0;
        input[NONCE] = 0;
        input[NONCE + 1] = (int) nonce;
        input[NONCE + 2] = (int) (nonce >>> 32);
        ChaChaEngine.chachaCore(ROUNDS, input, keyStream);
        for (int word = 0; word < 8; word++) {
            INTS.set(macKey, 4 * word, keyStream[word]);
        }
        mac.init(new KeyParameter(macKey));
    }

    private void applyKeyStream(byte[] in, int offset, int length, byte[] out, int outOffset) {
        for (int done = 0; done < length; done += BLOCK) {
            input[COUNTER]++;
            ChaChaEngine.chachaCore(ROUNDS, input, keyStream);
            int count = Math.min(BLOCK, length - done);
            int from = offset + done;
            int to = outOffset + done;
            int i = 0;
            for (; i + 4 <= count; i += 4) {
                INTS.set(out, to + i, (int) INTS.get(in, from + i) ^ keyStream[i >> 2]);
            }
            for (; i < count; i++) {
                out[to + i] = (byte) (in[from + i] ^ (keyStream[i >> 2] >>> (8 * (i & 3))));
            }
        }
    }

    private void tag(byte[] ad, byte[] ciphertext, int offset, int length, byte[] out, int outOffset) {
        mac.update(ad, 0, ad.length);
        mac.update(PADDING, 0, -ad.length & 15);
        mac.update(ciphertext, offset, length);
        mac.update(PADDING, 0, -length & 15);
        LONGS.set(lengths, 0, (long) ad.length);
        LONGS.set(lengths, 8, (long) length);
        mac.update(lengths, 0, lengths.length);
        mac.doFinal(out, outOffset);
    }
}

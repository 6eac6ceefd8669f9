// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;

/**
 * The engines of ChaCha20-Poly1305 (RFC 8439), costly to make and to keep. Not thread-safe: one for each event loop
 * thread, whose connections share it.
 *
 * <p>Longer messages get their key stream from the JDK's ChaCha20, which newer JDKs have in vector instructions. Their
 * tag is ours in every case: the JDK's combined cipher takes one and a half times as long, for its Poly1305 is fast with
 * AVX-512 only.
 */
public final class Aead {

    /**
     * Up to this length Bouncy Castle's block function is faster than the JDK's cipher, whose set-up costs more. They
     * meet at about 100 bytes on JDK 25 and 350 bytes on JDK 17, where they differ little on the way.
     */
    static final int SHORT = 128;

    private static final byte[] NO_DATA = {};

    private final ShortAead shortAead = new ShortAead();
    // two, for the JDK's cipher refuses the key and nonce it has just had: both ends of a connection may share this
    // thread
    private final Cipher encryption = cipher();
    private final Cipher decryption = cipher();
    private final byte[] nonceBytes = new byte[12];

    /** Writes {@code length} + 16 bytes. */
    void seal(AeadKey key, long nonce, byte[] in, int offset, int length, byte[] out, int outOffset) {
        if (length <= SHORT) {
            shortAead.seal(key.bytes(), nonce, NO_DATA, in, offset, length, out, outOffset);
            return;
        }
        applyKeyStream(encryption, key, nonce, in, offset, length, out, outOffset);
        shortAead.tag(key.bytes(), nonce, NO_DATA, out, outOffset, length);
    }

    /** Reads {@code length} + 16 bytes and writes {@code length}; false where the tag is wrong. */
    boolean open(AeadKey key, long nonce, byte[] in, int offset, int length, byte[] out, int outOffset) {
        if (length <= SHORT) {
            return shortAead.open(key.bytes(), nonce, NO_DATA, in, offset, length, out, outOffset);
        }
        if (!shortAead.verify(key.bytes(), nonce, NO_DATA, in, offset, length)) {
            return false;
        }
        applyKeyStream(decryption, key, nonce, in, offset, length, out, outOffset);
        return true;
    }

    private void applyKeyStream(
            Cipher chaCha20, AeadKey key, long nonce, byte[] in, int offset, int length, byte[] out, int outOffset) {
        for (int i = 0; i < 8; i++) {
            nonceBytes[4 + i] = (byte) (nonce >>> (8 * i));
        }
        try {
            chaCha20.init(Cipher.ENCRYPT_MODE, key.secretKey(), new ChaCha20ParameterSpec(nonceBytes, 1));
            chaCha20.doFinal(in, offset, length, out, outOffset);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("ChaCha20 does not encrypt", broken);
        }
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("ChaCha20");
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java platform offers no ChaCha20", missing);
        }
    }
}

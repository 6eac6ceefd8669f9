// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * The engines of ChaCha20-Poly1305, costly to make and to keep. Not thread-safe: one for each event loop thread, whose
 * connections share it.
 */
public final class Aead {

    /**
     * Up to this length Bouncy Castle's block function is faster than the JDK's cipher, whose set-up costs more. They
     * meet at about 200 bytes on JDK 25 and 450 bytes on JDK 17.
     */
    static final int SHORT = 256;

    private static final int TAG = ShortAead.TAG;
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
        try {
            encryption.init(Cipher.ENCRYPT_MODE, key.secretKey(), iv(nonce));
            encryption.doFinal(in, offset, length, out, outOffset);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("ChaCha20-Poly1305 does not encrypt", broken);
        }
    }

    /** Reads {@code length} + 16 bytes and writes {@code length}; false where the tag is wrong. */
    boolean open(AeadKey key, long nonce, byte[] in, int offset, int length, byte[] out, int outOffset) {
        if (length <= SHORT) {
            return shortAead.open(key.bytes(), nonce, NO_DATA, in, offset, length, out, outOffset);
        }
        try {
            decryption.init(Cipher.DECRYPT_MODE, key.secretKey(), iv(nonce));
            decryption.doFinal(in, offset, length + TAG, out, outOffset);
            return true;
        } catch (AEADBadTagException wrong) {
            return false;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("ChaCha20-Poly1305 does not decrypt", broken);
        }
    }

    private IvParameterSpec iv(long nonce) {
        for (int i = 0; i < 8; i++) {
            nonceBytes[4 + i] = (byte) (nonce >>> (8 * i));
        }
        return new IvParameterSpec(nonceBytes);
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("ChaCha20-Poly1305");
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("This Java platform offers no ChaCha20-Poly1305", missing);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** SHA-256 and what BOLT 8 builds on it. */
final class Sha256 {

    static final int LENGTH = 32;

    private Sha256() {}

    static byte[] of(byte[]... parts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }

    /** Two keys of 32 bytes. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record KeyPair(byte[] first, byte[] second) {}

    /** RFC 5869 with an empty info, for 64 bytes. */
    static KeyPair hkdf(byte[] salt, byte[] inputKey) {
        try {
            var hmac = Mac.getInstance("HmacSHA256");
            hmac.init(new SecretKeySpec(salt, "HmacSHA256"));
            hmac.init(new SecretKeySpec(hmac.doFinal(inputKey), "HmacSHA256"));
            byte[] first = hmac.doFinal(new byte[] {1});
            hmac.update(first);
            return new KeyPair(first, hmac.doFinal(new byte[] {2}));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has HmacSHA256", missing);
        }
    }
}

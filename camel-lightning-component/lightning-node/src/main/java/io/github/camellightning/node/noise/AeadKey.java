// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A key of ChaCha20-Poly1305, 32 bytes, in both forms that {@link Aead} needs. */
final class AeadKey {

    private final byte[] bytes;
    private @Nullable SecretKey secretKey;

    AeadKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Not a copy. */
    byte[] bytes() {
        return bytes;
    }

    /** Made when it is first wanted: a peer that is idle or sends short messages never needs it. */
    SecretKey secretKey() {
        if (secretKey == null) {
            secretKey = new SecretKeySpec(bytes, "ChaCha20");
        }
        return secretKey;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.engines.ChaCha7539Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/** Keys that follow from a shared secret, each with a name, and the streams that hide onions (BOLT 4, "Key Generation"). */
final class OnionKeys {

    private static final byte[] NO_NONCE = new byte[12];

    private OnionKeys() {}

    static byte[] key(String name, byte[] sharedSecret) {
        return Hashes.hmac(name.getBytes(StandardCharsets.US_ASCII), sharedSecret);
    }

    /** So many bytes of ChaCha20, under the key of that name. */
    static byte[] stream(String name, byte[] sharedSecret, int length) {
        return xor(new byte[length], name, sharedSecret);
    }

    /** The bytes, hidden, or hidden ones shown. */
    static byte[] xor(byte[] bytes, String name, byte[] sharedSecret) {
        var engine = new ChaCha7539Engine();
        engine.init(true, new ParametersWithIV(new KeyParameter(key(name, sharedSecret)), NO_NONCE));
        byte[] result = new byte[bytes.length];
        engine.processBytes(bytes, 0, bytes.length, result, 0);
        return result;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

/**
 * One direction of the transport: a key, the nonces it was used with, and this direction's own chaining key, from which
 * both are renewed after 1,000 nonces, that is 500 messages.
 */
final class CipherState {

    private static final int NONCES_PER_KEY = 1_000;

    private AeadKey key;
    private byte[] chainingKey;
    private int nonce;

    CipherState(byte[] key, byte[] chainingKey) {
        this.key = new AeadKey(key);
        this.chainingKey = chainingKey;
    }

    void seal(Aead aead, byte[] in, int offset, int length, byte[] out, int outOffset) {
        aead.seal(key, nonce, in, offset, length, out, outOffset);
        advance();
    }

    /** @throws NoiseException where the tag is wrong; nothing was written then */
    void open(Aead aead, byte[] in, int offset, int length, byte[] out, int outOffset) {
        if (!aead.open(key, nonce, in, offset, length, out, outOffset)) {
            throw new NoiseException(NoiseException.Reason.BAD_MAC);
        }
        advance();
    }

    private void advance() {
        if (++nonce == NONCES_PER_KEY) {
            var next = Sha256.hkdf(chainingKey, key.bytes());
            chainingKey = next.first();
            key = new AeadKey(next.second());
            nonce = 0;
        }
    }
}

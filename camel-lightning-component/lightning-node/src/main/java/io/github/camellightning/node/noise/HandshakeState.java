// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.camellightning.node.noise.NoiseException.Reason;
import java.util.Arrays;
import org.bouncycastle.math.ec.ECPoint;

/** What both sides keep during a handshake of {@code Noise_XK_secp256k1_ChaChaPoly_SHA256}, and the form of its acts. */
final class HandshakeState {

    /** Version, ephemeral key, tag. */
    static final int ACT_ONE_OR_TWO = 1 + Secp256k1.POINT_LENGTH + ShortAead.TAG;
    /** Version, encrypted static key and its tag, tag. */
    static final int ACT_THREE = 1 + Secp256k1.POINT_LENGTH + ShortAead.TAG + ShortAead.TAG;

    static final byte[] EMPTY = {};

    private static final byte VERSION = 0;
    private static final byte[] PROTOCOL = "Noise_XK_secp256k1_ChaChaPoly_SHA256".getBytes(US_ASCII);
    private static final byte[] PROLOGUE = "lightning".getBytes(US_ASCII);

    private final ShortAead aead = new ShortAead();
    private byte[] hash;
    private byte[] chainingKey;
    private byte[] temporaryKey = EMPTY;
    private int awaitedAct = 1;

    HandshakeState(byte[] responder) {
        chainingKey = Sha256.of(PROTOCOL);
        hash = Sha256.of(chainingKey, PROLOGUE);
        mixHash(responder);
    }

    /** After a failure no act is awaited any more. */
    void begin(int act) {
        if (act != awaitedAct) {
            throw new IllegalStateException("this is not the time for act " + act);
        }
        awaitedAct = 0;
    }

    void await(int act) {
        awaitedAct = act;
    }

    void mixHash(byte[] data) {
        hash = Sha256.of(hash, data);
    }

    void mixKey(byte[] sharedSecret) {
        var next = Sha256.hkdf(chainingKey, sharedSecret);
        chainingKey = next.first();
        temporaryKey = next.second();
    }

    /** Returns the ciphertext and its tag, which are part of the hash now. */
    byte[] encrypt(long nonce, byte[] plaintext) {
        byte[] ciphertext = new byte[plaintext.length + ShortAead.TAG];
        aead.seal(temporaryKey, nonce, hash, plaintext, 0, plaintext.length, ciphertext, 0);
        mixHash(ciphertext);
        return ciphertext;
    }

    byte[] decrypt(long nonce, byte[] ciphertext, Reason ifWrong) {
        byte[] plaintext = new byte[ciphertext.length - ShortAead.TAG];
        if (!aead.open(temporaryKey, nonce, hash, ciphertext, 0, plaintext.length, plaintext, 0)) {
            throw new NoiseException(ifWrong);
        }
        mixHash(ciphertext);
        return plaintext;
    }

    /** The keys of the transport: the first is the initiator's to send with. */
    Sha256.KeyPair split() {
        return Sha256.hkdf(chainingKey, EMPTY);
    }

    /** Each direction begins with the same one. */
    byte[] chainingKey() {
        return chainingKey;
    }

    static byte[] act(byte[] first, byte[] second) {
        byte[] act = new byte[1 + first.length + second.length];
        act[0] = VERSION;
        System.arraycopy(first, 0, act, 1, first.length);
        System.arraycopy(second, 0, act, 1 + first.length, second.length);
        return act;
    }

    static void require(byte[] act, int length, Reason ifShort, Reason ifOtherVersion) {
        if (act.length != length) {
            throw new NoiseException(ifShort);
        }
        if (act[0] != VERSION) {
            throw new NoiseException(ifOtherVersion);
        }
    }

    /** The part of an act after its version byte and before its last tag. */
    static byte[] head(byte[] act) {
        return Arrays.copyOfRange(act, 1, act.length - ShortAead.TAG);
    }

    static byte[] lastTag(byte[] act) {
        return Arrays.copyOfRange(act, act.length - ShortAead.TAG, act.length);
    }

    static ECPoint point(byte[] compressed, Reason ifWrong) {
        try {
            return Secp256k1.point(compressed);
        } catch (IllegalArgumentException notAPoint) {
            throw new NoiseException(ifWrong);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/** Schnorr signatures on secp256k1 (BIP 340): 64 bytes, r and s. */
final class Bip340 {

    static final int KEY = 32;
    static final int SIGNATURE = 64;

    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final BigInteger P = CURVE.getCurve().getField().getCharacteristic();
    private static final BigInteger N = CURVE.getN();
    private static final TaggedHash CHALLENGE = new TaggedHash("BIP0340/challenge");
    private static final byte EVEN_Y = 2;

    private Bip340() {}

    /** @param key the x of the signer's point */
    static boolean verify(byte[] key, byte[] message, byte[] signature) {
        if (key.length != KEY || signature.length != SIGNATURE) {
            return false;
        }
        byte[] r = Arrays.copyOf(signature, SIGNATURE / 2);
        BigInteger x = new BigInteger(1, r);
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, SIGNATURE / 2, SIGNATURE));
        if (x.compareTo(P) >= 0 || s.compareTo(N) >= 0) {
            return false;
        }
        try {
            BigInteger challenge = new BigInteger(1, CHALLENGE.of(r, key, message));
            ECPoint nonce = ECAlgorithms.sumOfTwoMultiplies(
                            CURVE.getG(), s, point(key), challenge.negate().mod(N))
                    .normalize();
            return !nonce.isInfinity()
                    && !nonce.getAffineYCoord().testBitZero()
                    && nonce.getAffineXCoord().toBigInteger().equals(x);
        } catch (IllegalArgumentException | IllegalStateException noPoint) {
            return false;
        }
    }

    /** Of the two points with that x, the one whose y is even. */
    private static ECPoint point(byte[] x) {
        var compressed = new byte[1 + KEY];
        compressed[0] = EVEN_Y;
        System.arraycopy(x, 0, compressed, 1, KEY);
        return CURVE.getCurve().decodePoint(compressed);
    }
}

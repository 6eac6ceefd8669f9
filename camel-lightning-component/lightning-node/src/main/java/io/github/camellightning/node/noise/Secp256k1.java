// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** The curve: scalars, compressed points of 33 bytes, and BOLT 8's ECDH, the SHA-256 of the compressed product. */
final class Secp256k1 {

    static final int SCALAR_LENGTH = 32;
    static final int POINT_LENGTH = 33;

    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final BigInteger N = CURVE.getN();

    private Secp256k1() {}

    static boolean isScalar(BigInteger number) {
        return number.signum() > 0 && number.compareTo(N) < 0;
    }

    static BigInteger randomScalar(SecureRandom random) {
        BigInteger scalar;
        do {
            scalar = new BigInteger(N.bitLength(), random);
        } while (!isScalar(scalar));
        return scalar;
    }

    static byte[] publicKey(BigInteger secret) {
        return new FixedPointCombMultiplier().multiply(CURVE.getG(), secret).getEncoded(true);
    }

    /** @throws IllegalArgumentException where the bytes are no compressed point: wrong length or prefix, off the curve, infinity */
    static ECPoint point(byte[] compressed) {
        if (compressed.length != POINT_LENGTH) {
            throw new IllegalArgumentException("not 33 bytes");
        }
        return CURVE.getCurve().decodePoint(compressed);
    }

    /** For a secret that is used once: how long this takes tells something of it. */
    static byte[] ecdhOnce(BigInteger secret, ECPoint point) {
        return sharedSecret(point.multiply(secret));
    }

    /**
     * For a secret that is used again, and with points of the peer's choice. The library's multiplication takes a time
     * that depends on the scalar, and it reduces scalars, so that adding multiples of the order hides nothing. Hence
     * two scalars, each of them random, that add up to the secret: a third dearer than multiplying once.
     */
    static byte[] ecdhBlinded(BigInteger secret, ECPoint point, SecureRandom random) {
        BigInteger blind = randomScalar(random);
        BigInteger rest = secret.subtract(blind).mod(N);
        return sharedSecret(ECAlgorithms.sumOfTwoMultiplies(point, blind, point, rest));
    }

    private static byte[] sharedSecret(ECPoint product) {
        return Sha256.of(product.getEncoded(true));
    }
}

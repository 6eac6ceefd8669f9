// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.util.BigIntegers;

/** secp256k1 for onions: scalars of 32 bytes, compressed points of 33. Not hardened against who measures time: no secret here is worth it. */
public final class Curve {

    public static final int SCALAR_LENGTH = 32;
    public static final int POINT_LENGTH = 33;

    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");

    private Curve() {}

    /** Whether it is a secret key: 32 bytes, above 0 and below the order of the curve. */
    public static boolean isScalar(byte[] bytes) {
        var number = new BigInteger(1, bytes);
        return bytes.length == SCALAR_LENGTH && number.signum() > 0 && number.compareTo(CURVE.getN()) < 0;
    }

    /** Whether it is a public key: 33 bytes, of a point on the curve. */
    public static boolean isPoint(byte[] bytes) {
        try {
            return bytes.length == POINT_LENGTH && CURVE.getCurve().decodePoint(bytes) != null;
        } catch (IllegalArgumentException notOnTheCurve) {
            return false;
        }
    }

    static byte[] publicKey(byte[] scalar) {
        return CURVE.getG().multiply(new BigInteger(1, scalar)).getEncoded(true);
    }

    static byte[] multiplyPoint(byte[] point, byte[] scalar) {
        return CURVE.getCurve()
                .decodePoint(point)
                .multiply(new BigInteger(1, scalar))
                .getEncoded(true);
    }

    static byte[] multiplyScalar(byte[] scalar, byte[] other) {
        var product = new BigInteger(1, scalar).multiply(new BigInteger(1, other));
        return BigIntegers.asUnsignedByteArray(SCALAR_LENGTH, product.mod(CURVE.getN()));
    }

    /** The secret of 32 bytes that the owner of the scalar shares with the owner of the point (BOLT 4, "Shared Secret"). */
    public static byte[] sharedSecret(byte[] scalar, byte[] point) {
        return Hashes.sha256(multiplyPoint(point, scalar));
    }
}

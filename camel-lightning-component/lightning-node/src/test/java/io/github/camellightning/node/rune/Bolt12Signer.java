// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.wire.TlvStream;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/** Signs invoices of BOLT 12 with the key of a test. */
final class Bolt12Signer {

    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    private static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final BigInteger NONCE = BigInteger.valueOf(77);

    private final BigInteger secret;

    Bolt12Signer(long secret) {
        this.secret = BigInteger.valueOf(secret);
    }

    byte[] node() {
        return point(secret).getEncoded(true);
    }

    String sign(TlvStream fields) {
        byte[] hash = new TaggedHash("lightninginvoicesignature").of(MerkleRoot.of(fields));
        return text(fields.with(240, signature(hash)));
    }

    private byte[] signature(byte[] hash) {
        byte[] r = x(point(NONCE));
        byte[] key = x(point(secret));
        BigInteger challenge = new BigInteger(1, new TaggedHash("BIP0340/challenge").of(r, key, hash));
        BigInteger s = even(NONCE).add(challenge.multiply(even(secret))).mod(CURVE.getN());
        byte[] signature = Arrays.copyOf(r, 64);
        System.arraycopy(BigIntegers.asUnsignedByteArray(32, s), 0, signature, 32, 32);
        return signature;
    }

    private static ECPoint point(BigInteger scalar) {
        return CURVE.getG().multiply(scalar).normalize();
    }

    private static byte[] x(ECPoint point) {
        return point.getAffineXCoord().getEncoded();
    }

    /** Of the scalar and its negative, the one whose point has an even y. */
    private static BigInteger even(BigInteger scalar) {
        return point(scalar).getAffineYCoord().testBitZero() ? CURVE.getN().subtract(scalar) : scalar;
    }

    static String text(TlvStream stream) {
        return text(stream.encode());
    }

    static String text(byte[] bytes) {
        var text = new StringBuilder("lni1");
        for (int bit = 0; bit < 8 * bytes.length; bit += 5) {
            int group = 0;
            for (int i = bit; i < bit + 5; i++) {
                group = group << 1 | (i < 8 * bytes.length ? bytes[i / 8] >> (7 - i % 8) & 1 : 0);
            }
            text.append(ALPHABET.charAt(group));
        }
        return text.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.NodeId;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/**
 * What runes ask of an invoice (BOLT 11). Its signature is verified.
 *
 * @param millisatoshi null where any amount will do
 * @param description null where it has only the hash of one
 * @param node who is to be paid
 */
record Bolt11(@Nullable Long millisatoshi, @Nullable String description, NodeId node) implements Invoice {

    private static final Pattern PREFIX = Pattern.compile("ln([a-z]+?)(?:([1-9][0-9]{0,18})([munp]?))?");
    private static final BigInteger MILLISATOSHI = BigInteger.valueOf(100_000_000_000L);
    private static final int TIMESTAMP = 7;
    /** 64 bytes and the recovery id. */
    private static final int SIGNATURE = 104;

    private static final int DESCRIPTION = 13;
    private static final int PAYEE = 19;
    private static final int PAYEE_GROUPS = 53;

    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");

    /** @throws IllegalArgumentException saying what is wrong */
    static Bolt11 parse(String text) {
        Bech32 bech32 = Bech32.parse(text);
        var prefix = PREFIX.matcher(bech32.prefix());
        if (!prefix.matches()) {
            throw new IllegalArgumentException("Prefix is no invoice's");
        }
        Long amount = prefix.group(2) == null ? null : amount(prefix.group(2), prefix.group(3));
        int end = bech32.groups().length - SIGNATURE;
        if (end < TIMESTAMP) {
            throw new IllegalArgumentException("Too short");
        }
        String description = null;
        byte[] payee = null;
        int at = TIMESTAMP;
        while (at < end) {
            int from = at + 3;
            int length = from <= end ? bech32.number(at + 1, at + 3) : Integer.MAX_VALUE;
            if (length > end - from) {
                throw new IllegalArgumentException("A field exceeds the invoice");
            }
            int tag = bech32.groups()[at];
            at = from + length;
            if (tag == DESCRIPTION && description == null) {
                description = new String(bech32.bytes(from, at, false), StandardCharsets.UTF_8);
            } else if (tag == PAYEE && payee == null && length == PAYEE_GROUPS) {
                payee = bech32.bytes(from, at, false);
            }
        }
        return new Bolt11(amount, description, signer(bech32, end, payee));
    }

    private static Long amount(String number, String multiplier) {
        BigInteger amount = new BigInteger(number).multiply(MILLISATOSHI);
        BigInteger divisor =
                switch (multiplier) {
                    case "m" -> BigInteger.valueOf(1_000);
                    case "u" -> BigInteger.valueOf(1_000_000);
                    case "n" -> BigInteger.valueOf(1_000_000_000);
                    case "p" -> BigInteger.valueOf(1_000_000_000_000L);
                    default -> BigInteger.ONE;
                };
        BigInteger[] parts = amount.divideAndRemainder(divisor);
        if (parts[1].signum() != 0 || parts[0].bitLength() > 63) {
            throw new IllegalArgumentException("Invalid amount");
        }
        return parts[0].longValueExact();
    }

    private static NodeId signer(Bech32 bech32, int end, byte @Nullable [] payee) {
        byte[] signature = bech32.bytes(end, end + SIGNATURE, false);
        BigInteger hash = hash(bech32, end);
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, 32));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
        BigInteger n = CURVE.getN();
        if (r.signum() == 0 || s.signum() == 0 || r.compareTo(n) >= 0 || s.compareTo(n) >= 0) {
            throw new IllegalArgumentException("Bad signature");
        }
        try {
            if (payee == null) {
                return NodeId.of(recovered(hash, r, s, signature[64]).getEncoded(true));
            }
            ECPoint key = CURVE.getCurve().decodePoint(payee);
            BigInteger w = s.modInverse(n);
            ECPoint point = ECAlgorithms.sumOfTwoMultiplies(
                            CURVE.getG(),
                            hash.multiply(w).mod(n),
                            key,
                            r.multiply(w).mod(n))
                    .normalize();
            if (point.isInfinity()
                    || !point.getAffineXCoord().toBigInteger().mod(n).equals(r)) {
                throw new IllegalArgumentException("Bad signature");
            }
            return NodeId.of(payee);
        } catch (ArithmeticException | IllegalStateException noPoint) {
            throw new IllegalArgumentException("Bad signature", noPoint);
        }
    }

    /** SEC 1, 4.1.6. */
    private static ECPoint recovered(BigInteger hash, BigInteger r, BigInteger s, int recovery) {
        BigInteger n = CURVE.getN();
        if (recovery < 0 || recovery > 3) {
            throw new IllegalArgumentException("Bad signature");
        }
        BigInteger x = recovery > 1 ? r.add(n) : r;
        if (x.bitLength() > 256) {
            throw new IllegalArgumentException("Bad signature");
        }
        var encoded = new byte[33];
        encoded[0] = (byte) (2 + (recovery & 1));
        byte[] unsigned = x.toByteArray();
        int length = Math.min(32, unsigned.length);
        System.arraycopy(unsigned, unsigned.length - length, encoded, 33 - length, length);
        ECPoint point = CURVE.getCurve().decodePoint(encoded);
        BigInteger inverse = r.modInverse(n);
        ECPoint key = ECAlgorithms.sumOfTwoMultiplies(
                CURVE.getG(),
                hash.negate().multiply(inverse).mod(n),
                point,
                s.multiply(inverse).mod(n));
        if (key.isInfinity()) {
            throw new IllegalArgumentException("Bad signature");
        }
        return key.normalize();
    }

    private static BigInteger hash(Bech32 bech32, int end) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(bech32.prefix().getBytes(StandardCharsets.US_ASCII));
            return new BigInteger(1, sha256.digest(bech32.bytes(0, end, true)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}

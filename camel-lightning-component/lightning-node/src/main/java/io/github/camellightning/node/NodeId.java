// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.HexFormat;
import java.util.Locale;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECCurve;

/**
 * A node's identity: its compressed secp256k1 public key, 33 bytes, written as 66 lower-case hex digits (BOLT 8).
 *
 * <p>Every instance is a point of the curve; ordered as the bytes are, which is what BOLT 7 and the choice between two
 * connections of one peer compare.
 */
public record NodeId(String hex) implements Comparable<NodeId> {

    public static final int LENGTH = 33;

    private static final ECCurve SECP256K1 =
            CustomNamedCurves.getByName("secp256k1").getCurve();

    /** @throws InvalidMessageException where it is not 66 hex digits, does not start with 02 or 03, or is no point of the curve */
    public NodeId {
        hex = hex.trim().toLowerCase(Locale.ROOT);
        if (hex.length() != 2 * LENGTH) {
            throw invalid(hex, "a node id has 66 hex digits, this has " + hex.length());
        }
        if (!hex.startsWith("02") && !hex.startsWith("03")) {
            throw invalid(hex, "a node id is a compressed public key and starts with 02 or 03");
        }
        if (!hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw invalid(hex, "a node id has 66 hex digits and nothing else");
        }
        try {
            SECP256K1.decodePoint(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException notAPoint) {
            throw invalid(hex, "it is not a point of secp256k1");
        }
    }

    /** @param compressed 33 bytes: 02 or 03, then x */
    public static NodeId of(byte[] compressed) {
        return new NodeId(HexFormat.of().formatHex(compressed));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public int compareTo(NodeId other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }

    private static InvalidMessageException invalid(String value, String rule) {
        return new InvalidMessageException("Invalid node id '" + Escaped.of(value, 80) + "': " + rule);
    }
}

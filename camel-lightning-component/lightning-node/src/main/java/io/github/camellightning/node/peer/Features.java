// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import java.util.BitSet;
import java.util.OptionalInt;

/** Feature bits of an init (BOLT 9): big-endian on the wire, even ones demanded, odd ones offered. */
final class Features {

    /**
     * What the other implementations demand of a peer, offered, and no more: data loss protection (1), variable onions (9), static
     * remote keys (13), payment secrets (15), channel types (45). Never gossip queries (7), onion messages (39) or storage (43): those
     * have peers send what we have no use for.
     */
    static final Features OURS = of(1, 9, 13, 15, 45);

    /** Even bits that BOLT 9 or bLIP-2 assign, or once did: to demand one of them asks nothing of a peer without channels. */
    private static final BitSet ASSIGNED = bits(
            0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 34, 36, 38, 40, 42, 44, 46, 48, 50, 54, 60, 62, 256,
            258, 260, 262);

    private final BitSet bits;

    private Features(BitSet bits) {
        this.bits = bits;
    }

    static Features of(int... set) {
        return new Features(bits(set));
    }

    static Features decode(byte[] wire) {
        return new Features(BitSet.valueOf(reversed(wire)));
    }

    Features or(Features other) {
        var union = (BitSet) bits.clone();
        union.or(other.bits);
        return new Features(union);
    }

    boolean has(int bit) {
        return bits.get(bit);
    }

    /** The lowest bit that a peer demands and nobody ever defined. */
    OptionalInt unknownDemand() {
        return bits.stream().filter(bit -> (bit & 1) == 0 && !ASSIGNED.get(bit)).findFirst();
    }

    byte[] encode() {
        return reversed(bits.toByteArray());
    }

    private static BitSet bits(int... set) {
        var bits = new BitSet();
        for (int bit : set) {
            bits.set(bit);
        }
        return bits;
    }

    private static byte[] reversed(byte[] bytes) {
        var reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}

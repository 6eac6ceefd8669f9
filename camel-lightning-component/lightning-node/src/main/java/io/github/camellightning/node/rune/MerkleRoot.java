// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a signature of BOLT 12 signs: the root of a Merkle tree of a stream's records, 32 bytes. Signatures are no part of it. */
final class MerkleRoot {

    private static final TaggedHash LEAF = new TaggedHash("LnLeaf");
    private static final TaggedHash BRANCH = new TaggedHash("LnBranch");
    private static final byte[] NONCE = "LnNonce".getBytes(StandardCharsets.US_ASCII);

    private static final long FIRST_SIGNATURE = 240;
    private static final long LAST_SIGNATURE = 1000;

    private MerkleRoot() {}

    /** @throws IllegalArgumentException where there is nothing to be signed */
    static byte[] of(TlvStream stream) {
        List<byte[]> hashes = leaves(stream);
        if (hashes.isEmpty()) {
            throw new IllegalArgumentException("No field");
        }
        while (hashes.size() > 1) {
            hashes = branches(hashes);
        }
        return hashes.get(0);
    }

    private static List<byte[]> leaves(TlvStream stream) {
        var leaves = new ArrayList<byte[]>();
        TaggedHash nonce = null;
        for (long type : stream.types()) {
            byte[] record = record(stream, type);
            nonce = nonce == null ? nonce(record) : nonce;
            if (Long.compareUnsigned(type, FIRST_SIGNATURE) < 0 || Long.compareUnsigned(type, LAST_SIGNATURE) > 0) {
                byte[] number = new WireWriter().bigSize(type).toByteArray();
                leaves.add(branch(LEAF.of(record), nonce.of(number)));
            }
        }
        return leaves;
    }

    private static byte[] record(TlvStream stream, long type) {
        byte[] value = stream.value(type).orElseThrow();
        return new WireWriter().bigSize(type).bigSize(value.length).bytes(value).toByteArray();
    }

    /** So that nobody can guess a leaf that is kept from him. */
    private static TaggedHash nonce(byte[] first) {
        var tag = Arrays.copyOf(NONCE, NONCE.length + first.length);
        System.arraycopy(first, 0, tag, NONCE.length, first.length);
        return new TaggedHash(tag);
    }

    /** One level nearer to the root: the last one moves up as it is where it has no neighbour. */
    private static List<byte[]> branches(List<byte[]> hashes) {
        var parents = new ArrayList<byte[]>();
        for (int i = 0; i < hashes.size(); i += 2) {
            byte[] left = hashes.get(i);
            parents.add(i + 1 < hashes.size() ? branch(left, hashes.get(i + 1)) : left);
        }
        return parents;
    }

    private static byte[] branch(byte[] one, byte[] other) {
        return Arrays.compareUnsigned(one, other) < 0 ? BRANCH.of(one, other) : BRANCH.of(other, one);
    }
}

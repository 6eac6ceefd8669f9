// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import io.github.camellightning.node.wire.BigSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An onion as its sender has made it (BOLT 4, "Packet Construction").
 *
 * @param sharedSecrets with each node on the way, 32 bytes each: they read what comes back, see {@link FailureOnion}
 */
public record Sphinx(OnionPacket packet, List<byte[]> sharedSecrets) {

    /**
     * What one node is to find.
     *
     * @param nodeId of 33 bytes
     * @param payload with its length in front, as BigSize
     */
    public record Hop(byte[] nodeId, byte[] payload) {

        int length() {
            return payload.length + Hashes.LENGTH;
        }

        /** The records as a payload has them, with their length in front. */
        public static byte[] prefixed(byte[] tlvs) {
            byte[] prefix = BigSize.encode(tlvs.length);
            byte[] payload = Arrays.copyOf(prefix, prefix.length + tlvs.length);
            System.arraycopy(tlvs, 0, payload, prefix.length, tlvs.length);
            return payload;
        }
    }

    /** In bytes, of all payloads with the HMAC of 32 bytes behind each: what the layers must have room for. */
    public static int length(List<Hop> hops) {
        return hops.stream().mapToInt(Hop::length).sum();
    }

    /**
     * Makes one.
     *
     * @param hops one at least, of which each node id is a point
     * @param sessionKey a scalar of 32 bytes, to be used once
     * @param assocData which whoever takes a layer off must have too: the payment's hash, or nothing
     * @param size of the layers in bytes, of which the hops take no more
     */
    public static Sphinx create(List<Hop> hops, byte[] sessionKey, byte[] assocData, int size) {
        var secrets = new ArrayList<byte[]>();
        byte[] key = sessionKey;
        for (var hop : hops) {
            byte[] secret = Curve.sharedSecret(key, hop.nodeId());
            secrets.add(secret);
            key = Curve.multiplyScalar(key, Hashes.sha256(Curve.publicKey(key), secret));
        }
        byte[] layers = OnionKeys.stream("pad", sessionKey, size);
        byte[] hmac = new byte[Hashes.LENGTH];
        for (int i = hops.size() - 1; i >= 0; i--) {
            layers = OnionKeys.xor(shifted(layers, hops.get(i), hmac), "rho", secrets.get(i));
            if (i == hops.size() - 1) {
                byte[] filler = filler(hops, secrets, size);
                System.arraycopy(filler, 0, layers, size - filler.length, filler.length);
            }
            hmac = Hashes.hmac(OnionKeys.key("mu", secrets.get(i)), layers, assocData);
        }
        return new Sphinx(new OnionPacket(Curve.publicKey(sessionKey), layers, hmac), List.copyOf(secrets));
    }

    private static byte[] shifted(byte[] layers, Hop hop, byte[] hmac) {
        byte[] more = Arrays.copyOf(hop.payload(), layers.length);
        System.arraycopy(hmac, 0, more, hop.payload().length, hmac.length);
        System.arraycopy(layers, 0, more, hop.length(), layers.length - hop.length());
        return more;
    }

    /** What the nodes before the last one will have made of the zeros that each of them adds at the end, so that the last HMAC is right. */
    private static byte[] filler(List<Hop> hops, List<byte[]> secrets, int size) {
        byte[] filler = new byte[length(hops.subList(0, hops.size() - 1))];
        int taken = 0;
        for (int i = 0; i < hops.size() - 1; i++) {
            byte[] stream = OnionKeys.stream("rho", secrets.get(i), 2 * size);
            int added = taken + hops.get(i).length();
            for (int j = 0; j < added; j++) {
                filler[j] ^= stream[size - taken + j];
            }
            taken = added;
        }
        return filler;
    }
}

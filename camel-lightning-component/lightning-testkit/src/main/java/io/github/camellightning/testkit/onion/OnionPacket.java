// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.node.wire.WireReader;
import io.github.camellightning.node.wire.WireWriter;
import java.util.Arrays;

/**
 * An onion as it is sent (BOLT 4, "Packet Structure"): a version of one byte, 0, then the key, the layers and the HMAC.
 *
 * @param key of this layer alone, a point of 33 bytes
 * @param layers the same number of bytes at each node, so that nobody sees how far it has come
 * @param hmac of the layers, 32 bytes
 */
public record OnionPacket(byte[] key, byte[] layers, byte[] hmac) {

    /** In bytes, of the layers of a payment's onion. */
    public static final int PAYMENT_LAYERS = 1_300;

    /** In bytes, of the whole onion of a payment: 1,366. */
    public static final int PAYMENT_LENGTH = 1 + Curve.POINT_LENGTH + PAYMENT_LAYERS + Hashes.LENGTH;

    private static final int SHORTEST_PAYLOAD = 2;

    /**
     * What a node has taken off.
     *
     * @param payload with its length in front
     * @param next the onion for the next node
     */
    public record Layer(byte[] payload, OnionPacket next) {

        /** Whether the onion ends with this node: then the HMAC of the next one is zero. */
        public boolean isLast() {
            return Arrays.equals(next.hmac(), new byte[Hashes.LENGTH]);
        }
    }

    /** Reads an onion with layers of any size. */
    public static OnionPacket parse(byte[] packet) throws BadOnion {
        if (packet.length > 0 && packet[0] != 0) {
            throw new BadOnion(FailureCode.INVALID_ONION_VERSION);
        }
        int keyEnds = 1 + Curve.POINT_LENGTH;
        if (packet.length < keyEnds || !Curve.isPoint(Arrays.copyOfRange(packet, 1, keyEnds))) {
            throw new BadOnion(FailureCode.INVALID_ONION_KEY);
        }
        int layersEnd = packet.length - Hashes.LENGTH;
        if (layersEnd < keyEnds) {
            throw new BadOnion(FailureCode.INVALID_ONION_HMAC);
        }
        return new OnionPacket(
                Arrays.copyOfRange(packet, 1, keyEnds),
                Arrays.copyOfRange(packet, keyEnds, layersEnd),
                Arrays.copyOfRange(packet, layersEnd, packet.length));
    }

    public byte[] encode() {
        return new WireWriter(1 + key.length + layers.length + hmac.length)
                .u8(0)
                .bytes(key)
                .bytes(layers)
                .bytes(hmac)
                .toByteArray();
    }

    /**
     * Takes a layer off.
     *
     * @param sharedSecret of the node and this onion's key
     * @param assocData what the sender gave
     */
    public Layer peel(byte[] sharedSecret, byte[] assocData) throws BadOnion {
        if (!Arrays.equals(hmac, Hashes.hmac(OnionKeys.key("mu", sharedSecret), layers, assocData))) {
            throw new BadOnion(FailureCode.INVALID_ONION_HMAC);
        }
        byte[] shown = OnionKeys.xor(Arrays.copyOf(layers, 2 * layers.length), "rho", sharedSecret);
        try {
            var reader = new WireReader(shown, 0, layers.length);
            long length = reader.bigSize();
            reader.bytes(length);
            int payloadEnds = layers.length - reader.remaining();
            byte[] nextHmac = reader.bytes(Hashes.LENGTH);
            if (length < SHORTEST_PAYLOAD) {
                throw new BadOnion(FailureCode.INVALID_ONION_HMAC);
            }
            int start = payloadEnds + Hashes.LENGTH;
            byte[] nextKey = Curve.multiplyPoint(key, Hashes.sha256(key, sharedSecret));
            return new Layer(
                    Arrays.copyOf(shown, payloadEnds),
                    new OnionPacket(nextKey, Arrays.copyOfRange(shown, start, start + layers.length), nextHmac));
        } catch (WireException noPayload) {
            throw new BadOnion(FailureCode.INVALID_ONION_HMAC);
        }
    }
}

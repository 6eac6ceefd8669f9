// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.node.wire.WireReader;
import io.github.camellightning.node.wire.WireWriter;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node finds in an onion message (BOLT 4, "Onion Messages" and "Route Blinding"). On the wire it is the type, 513, the path key of 33 bytes, the length
 * of the onion in two bytes, and the onion.
 */
public sealed interface OnionMessage {

    /**
     * It goes on.
     *
     * @param nodeId to whom, 33 bytes; null where the channel says it
     * @param channel over which; null where the node is named
     * @param message for the next node, as it is on the wire
     */
    record Onward(byte @Nullable [] nodeId, @Nullable ShortChannelId channel, byte[] message) implements OnionMessage {}

    /**
     * It is for this node.
     *
     * @param pathSecret of 32 bytes, of a path that this node gave out; null where the sender has found the way by itself
     * @param tlvs what is said
     */
    record Arrived(byte @Nullable [] pathSecret, TlvStream tlvs) implements OnionMessage {}

    /**
     * It makes no sense, or is not for this node.
     *
     * @param reason in lightningd's words
     */
    record Unreadable(String reason) implements OnionMessage {}

    /** Of the message on the wire. */
    int TYPE = 513;

    /** The record that only a node of the blinded path can read. */
    long ENCRYPTED_RECIPIENT_DATA = 4;

    /** All records of a message that have a meaning, reply_path, invoice_request, invoice and invoice_error among them. */
    Set<Long> KNOWN = Set.of(2L, ENCRYPTED_RECIPIENT_DATA, 64L, 66L, 68L);

    /** As it is on the wire. */
    static byte[] encode(byte[] pathKey, byte[] onion) {
        return new WireWriter(2 + pathKey.length + 2 + onion.length)
                .u16(TYPE)
                .bytes(pathKey)
                .u16(onion.length)
                .bytes(onion)
                .toByteArray();
    }

    /**
     * Takes a layer off.
     *
     * @param nodeSecret the secret key of the node
     * @param pathKey a point, which came along
     * @param onion with layers of any size
     */
    static OnionMessage read(byte[] nodeSecret, byte[] pathKey, byte[] onion) {
        OnionPacket packet;
        try {
            packet = OnionPacket.parse(onion);
        } catch (BadOnion bad) {
            return unreadable("can't parse onionpacket: " + bad.code().wireName());
        }
        byte[] pathSecret = Curve.sharedSecret(nodeSecret, pathKey);
        byte[] key = Curve.multiplyPoint(packet.key(), OnionKeys.key("blinded_node_id", pathSecret));
        byte[] sharedSecret = Curve.sharedSecret(nodeSecret, key);
        OnionPacket.Layer layer;
        try {
            layer = packet.peel(sharedSecret, new byte[0]);
        } catch (BadOnion bad) {
            return unreadable("can't process onionpacket ss=" + HexFormat.of().formatHex(sharedSecret));
        }
        TlvStream tlvs;
        try {
            var reader = new WireReader(layer.payload());
            tlvs = TlvStream.parse(reader.bytes(reader.bigSize())).requireNoUnknownEven(KNOWN::contains);
        } catch (WireException malformed) {
            return unreadable("invalid onionmsg_tlv " + HexFormat.of().formatHex(layer.payload()));
        }
        return layer.isLast() ? arrived(pathSecret, tlvs) : onward(pathSecret, pathKey, tlvs, layer.next());
    }

    private static OnionMessage arrived(byte[] pathSecret, TlvStream tlvs) {
        byte[] encrypted = tlvs.value(ENCRYPTED_RECIPIENT_DATA).orElse(null);
        if (encrypted == null) {
            return new Arrived(null, tlvs);
        }
        try {
            byte[] pathId = RecipientData.decrypt(pathSecret, encrypted)
                    .value(RecipientData.PATH_ID)
                    .orElse(null);
            return new Arrived(pathId != null && pathId.length == Hashes.LENGTH ? pathId : null, tlvs);
        } catch (WireException | GeneralSecurityException notForUs) {
            return unreadable("failed to decrypt encrypted_recipient_data "
                    + HexFormat.of().formatHex(encrypted));
        }
    }

    private static OnionMessage onward(byte[] pathSecret, byte[] pathKey, TlvStream tlvs, OnionPacket next) {
        if (tlvs.types().size() != 1) {
            return unreadable("disallowed tlv field");
        }
        byte[] encrypted = tlvs.value(ENCRYPTED_RECIPIENT_DATA).orElse(new byte[0]);
        var invalid =
                unreadable("invalid encrypted_recipient_data " + HexFormat.of().formatHex(encrypted));
        try {
            var recipient = RecipientData.decrypt(pathSecret, encrypted);
            byte[] nodeId = recipient.value(RecipientData.NEXT_NODE_ID).orElse(null);
            byte[] channel = recipient.value(RecipientData.SHORT_CHANNEL_ID).orElse(null);
            if (recipient.value(RecipientData.PATH_ID).isPresent() || nodeId == null && channel == null) {
                return invalid;
            }
            byte[] nextPathKey = recipient
                    .value(RecipientData.NEXT_PATH_KEY_OVERRIDE)
                    .orElseGet(() -> Curve.multiplyPoint(pathKey, Hashes.sha256(pathKey, pathSecret)));
            return new Onward(
                    nodeId,
                    nodeId == null && channel != null ? ShortChannelId.of(channel) : null,
                    encode(nextPathKey, next.encode()));
        } catch (WireException | GeneralSecurityException notForUs) {
            return invalid;
        }
    }

    private static OnionMessage unreadable(String reason) {
        return new Unreadable("onion_message_parse: " + reason);
    }
}

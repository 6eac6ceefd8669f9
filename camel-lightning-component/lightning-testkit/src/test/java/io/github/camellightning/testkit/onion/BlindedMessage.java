// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import io.github.camellightning.node.wire.TlvStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.Cipher;

/** An onion message for one node, as it reaches that node. */
public record BlindedMessage(byte[] pathKey, byte[] onion) {

    /**
     * Makes one.
     *
     * @param recipient what the node's own part of the blinded path tells it
     * @param said what the sender says
     */
    public static BlindedMessage to(byte[] nodeId, TlvStream recipient, TlvStream said)
            throws GeneralSecurityException {
        byte[] pathSecret = random();
        byte[] shared = Curve.sharedSecret(pathSecret, nodeId);
        byte[] blinded = Curve.multiplyPoint(nodeId, OnionKeys.key("blinded_node_id", shared));
        byte[] encrypted = RecipientData.crypted(Cipher.ENCRYPT_MODE, shared, recipient.encode());
        byte[] records =
                said.with(OnionMessage.ENCRYPTED_RECIPIENT_DATA, encrypted).encode();
        var hop = new Sphinx.Hop(blinded, Sphinx.Hop.prefixed(records));
        var made = Sphinx.create(List.of(hop), random(), new byte[0], OnionPacket.PAYMENT_LAYERS);
        return new BlindedMessage(Curve.publicKey(pathSecret), made.packet().encode());
    }

    private static byte[] random() {
        byte[] bytes = new byte[Curve.SCALAR_LENGTH];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}

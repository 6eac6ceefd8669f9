// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where an endpoint sends, as far as its options say.
 *
 * @param address where autoConnect finds the peer; null: the node is to know
 */
record Destination(
        @Nullable NodeId peer,
        @Nullable PeerAddress address,
        @Nullable Integer type) {

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    static Destination of(LightningEndpoint endpoint) {
        SendConfiguration options = endpoint.getSend();
        NodeIds nodeIds = endpoint.getComponent().nodeIds();
        PeerAddress address = address(options);
        return new Destination(
                address == null
                        ? Options.parseOptional("peerId", options.getPeerId(), nodeIds::parse)
                        : address.nodeId(),
                address,
                Options.parseOptional("messageType", options.getMessageType(), Options::sendableType));
    }

    private static @Nullable PeerAddress address(SendConfiguration options) {
        String peerId = options.getPeerId();
        if (peerId == null || peerId.indexOf('@') < 0) {
            return null;
        }
        if (!options.isAutoConnect()) {
            throw new IllegalArgumentException(
                    "Option peerId is '" + peerId + "': an address is of use only with autoConnect=true");
        }
        return Options.parse("peerId", peerId, PeerAddress::parse);
    }
}

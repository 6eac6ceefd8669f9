// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import org.jspecify.annotations.Nullable;

/** Where an endpoint sends, as far as its options say. */
record Destination(@Nullable NodeId peer, @Nullable Integer type) {

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    static Destination of(LightningEndpoint endpoint) {
        LightningOperation operation = endpoint.getOperation();
        Options.requireAbsent("messageTypes", endpoint.getMessageTypes(), operation, "the type to send is messageType");
        Options.requireAbsent("peers", endpoint.getPeers(), operation, "the peer to send to is peerId");
        NodeIds nodeIds = endpoint.getComponent().nodeIds();
        return new Destination(
                Options.parseOptional("peerId", endpoint.getPeerId(), nodeIds::parse),
                Options.parseOptional("messageType", endpoint.getMessageType(), Options::sendableType));
    }
}

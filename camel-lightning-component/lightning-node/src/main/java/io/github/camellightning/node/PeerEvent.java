// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/** What happens to the connection with a peer. */
public sealed interface PeerEvent {

    NodeId peer();

    /** From now on messages can be sent to it. */
    record Connected(NodeId peer, Peer.Direction direction, String address) implements PeerEvent {}

    /** @param reason for operators; text that came from the peer is escaped */
    record Disconnected(NodeId peer, String reason) implements PeerEvent {}
}

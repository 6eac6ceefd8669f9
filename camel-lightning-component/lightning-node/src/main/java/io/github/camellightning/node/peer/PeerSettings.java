// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.commando.CommandoServerSettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link PeerNode}'s options as they were when it started. */
record PeerSettings(
        @Nullable InetSocketAddress listen,
        List<PeerAddress> peers,
        @Nullable Network network,
        @Nullable InetSocketAddress proxy,
        Set<NodeId> allowPeers,
        PeerNode.WhenFull whenOutboundFull,
        boolean peerStorage,
        int ioThreads,
        PeerLimits limits,
        CommandoServerSettings commando) {

    Set<NodeId> configured() {
        return peers.stream().map(PeerAddress::nodeId).collect(Collectors.toUnmodifiableSet());
    }

    boolean isConfigured(NodeId peer) {
        return addressOf(peer).isPresent();
    }

    Optional<PeerAddress> addressOf(NodeId peer) {
        return peers.stream().filter(address -> address.nodeId().equals(peer)).findFirst();
    }

    /** Without an allow-list everybody may come; those whom we dial ourselves may always. */
    boolean mayConnect(NodeId peer) {
        return allowPeers.isEmpty() || isListed(peer);
    }

    boolean isListed(NodeId peer) {
        return allowPeers.contains(peer) || isConfigured(peer);
    }
}

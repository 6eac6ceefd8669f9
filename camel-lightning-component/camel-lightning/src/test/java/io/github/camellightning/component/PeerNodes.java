// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.peer.PeerNode;
import java.net.InetSocketAddress;
import java.util.Objects;

/** Real peers on the loopback interface. */
final class PeerNodes {

    private PeerNodes() {}

    /** A secret key, which nobody should use for anything else. */
    static String key(int number) {
        return String.format("%064x", number);
    }

    /** A node that listens on a free port. Its id is {@link NodeKeys#id} of the number. */
    static PeerNode listening(int number) {
        var node = new PeerNode();
        node.setPrivateKey(key(number));
        node.setListen("127.0.0.1:0");
        return node;
    }

    /** A node that keeps a connection to another, which is up. */
    static PeerNode dialling(int number, PeerNode other) {
        var node = new PeerNode();
        node.setPrivateKey(key(number));
        node.setPeers(address(other));
        return node;
    }

    static String address(PeerNode node) {
        InetSocketAddress address = Objects.requireNonNull(node.listenAddress(), "not up");
        return node.nodeId() + "@127.0.0.1:" + address.getPort();
    }

    static void awaitConnected(LightningNode node, NodeId peer) {
        await().until(() -> node.peers().toCompletableFuture().join().stream()
                .filter(Peer::connected)
                .anyMatch(known -> known.nodeId().equals(peer)));
    }
}

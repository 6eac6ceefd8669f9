// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.commando.ReplyTransport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Commando's replies on their way out, behind whatever else waits for the peer. */
record PeerReplies(PeerConnections connections, PeerLog log) implements ReplyTransport {

    @Override
    public CompletionStage<Void> send(NodeId peer, CustomMessage frame) {
        PeerConnection connection = connections.find(peer);
        return connection == null
                ? CompletableFuture.failedFuture(new NotConnectedException("Peer " + peer + " is not connected"))
                : connection.outbox().sendAnyway(frame);
    }

    @Override
    public void disconnect(NodeId peer, String reason) {
        PeerConnection connection = connections.find(peer);
        if (connection != null) {
            connection.close(reason);
        }
    }

    @Override
    public void warn(NodeId peer, String reason, String detail) {
        log.warn(peer.hex(), reason, detail);
    }
}

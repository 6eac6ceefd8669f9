// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.NodeId;
import java.util.concurrent.CompletionStage;

/** How a node sends the frames of a {@link CommandoServer}, which keeps what waits to be written within bounds of its own. */
public interface ReplyTransport {

    /** Never waits, and never refuses because the peer is slow. Completes when the frame left this process, or fails where it cannot. */
    CompletionStage<Void> send(NodeId peer, CustomMessage frame);

    /** Ends the connection, behind what was sent before. */
    void disconnect(NodeId peer, String reason);

    /**
     * For the log of what peers do.
     *
     * @param reason a fixed text, the same for each occurrence
     * @param detail what differs; text from outside is escaped already
     */
    void warn(NodeId peer, String reason, String detail);
}

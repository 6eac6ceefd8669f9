// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.concurrent.CompletionStage;

/** Takes what peers send. */
@FunctionalInterface
public interface MessageListener {

    /**
     * Called on the node's own I/O thread, or on the one that completed the stage of this peer's message before. So it must not block: hand the
     * work over and complete the stage when done.
     *
     * @return completes when the message is <em>handled</em>; until then the node delivers nothing more of that peer to anyone,
     *     while other peers and control messages go on. How it completes does not matter to the peer, a failure is logged.
     */
    CompletionStage<?> onMessage(ReceivedMessage message);
}

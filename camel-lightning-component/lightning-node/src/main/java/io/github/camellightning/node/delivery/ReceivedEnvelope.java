// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.Content;
import io.github.camellightning.node.NodeId;
import java.time.Instant;

/**
 * An envelope that came whole.
 *
 * @param receivedAt when its last part came, by this node's clock
 * @param body to be closed by the listener, when it likes
 */
public record ReceivedEnvelope(NodeId peer, EnvelopeId id, EnvelopeLabels labels, Content body, Instant receivedAt) {

    @Override
    public String toString() {
        return "envelope " + id + " of " + body.size() + " bytes from " + peer;
    }
}

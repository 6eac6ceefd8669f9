// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * A call of a peer's that is being served; not a value, for two of them may be equal.
 */
final class ServedCall {

    private final NodeId peer;
    private final @Nullable JsonNode id;

    /** @param id null: no reply is wanted */
    ServedCall(NodeId peer, @Nullable JsonNode id) {
        this.peer = peer;
        this.id = id;
    }

    NodeId peer() {
        return peer;
    }

    @Nullable
    JsonNode id() {
        return id;
    }
}

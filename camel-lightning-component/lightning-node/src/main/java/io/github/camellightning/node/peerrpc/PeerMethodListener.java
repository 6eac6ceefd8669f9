// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.NodeId;
import java.util.concurrent.CompletionStage;

/** Must not block: the stage is for that. */
@FunctionalInterface
public interface PeerMethodListener {

    /**
     * @param params an object or an array
     * @return the result. Fails with a {@link io.github.camellightning.node.RemoteErrorException} in the code and words that the caller shall see, with a
     *     {@link io.github.camellightning.node.QueueFullException} where there is no room (-32000); any other failure is told as -32603 without its words
     */
    CompletionStage<JsonNode> call(NodeId peer, JsonNode params);
}

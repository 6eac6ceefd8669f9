// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;

/** Answers a method for a peer. Must not block: the stage is for that. */
@FunctionalInterface
public interface CommandoListener {

    /**
     * @param params an object or an array
     * @return the result, which the node closes. Callers want an object: another value becomes the member {@code result} of one. Fails with a {@link
     *     RemoteErrorException} in the code and words that the peer shall see; any other failure is told as -32603 without its words
     */
    CompletionStage<JsonResult> call(NodeId peer, JsonNode params);
}

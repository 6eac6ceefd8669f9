// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;

/** Must not block: the stage is for that. */
@FunctionalInterface
public interface MethodListener {

    /**
     * @param params an object or an array
     * @return the result. Fails with a {@link RemoteErrorException} in the code and words that the caller shall see; any other failure is told as -32603
     *     without its words
     */
    CompletionStage<JsonNode> call(JsonNode params);
}

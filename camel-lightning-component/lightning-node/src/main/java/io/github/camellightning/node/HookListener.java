// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;

/** Must not block: the stage is for that. */
@FunctionalInterface
public interface HookListener {

    /** @return the answer; where it fails or is none that the hook knows, the hook's safe answer is given and it is logged */
    CompletionStage<JsonNode> answer(JsonNode payload);
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;

/** What a plugin does with what lightningd tells and asks. Called on the thread that reads from lightningd: it must not block. */
public interface PluginHandler {

    Manifest manifest();

    /** lightningd has accepted the manifest. Hook calls may have come before. */
    void initialised(JsonNode configuration);

    /**
     * A hook call.
     *
     * @return the answer. Where it fails, and where it is none that the hook knows, lightningd would abort: whoever implements this answers with
     *     what is safe instead.
     */
    CompletionStage<JsonNode> hook(String name, JsonNode params);

    void notification(String topic, JsonNode params);

    /** The end, once: lightningd closed the pipe, stopped us, or the relay died. */
    void ended(String reason);
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a plugin does with what lightningd tells and asks. Called on the thread that reads from lightningd: it must not block. */
public interface PluginHandler {

    /** lightningd can hear us: the first call, from another thread than the later ones. */
    default void joined(PluginSession session) {}

    /** What lightningd is told; it waits for it a minute. */
    CompletionStage<Manifest> manifest();

    /** lightningd has accepted the manifest. Hook calls may have come before. */
    void initialised(JsonNode configuration);

    /**
     * A hook call.
     *
     * @return the answer. Where it fails, and where it is none that the hook knows, lightningd would abort: whoever implements this answers with
     *     what is safe instead.
     */
    CompletionStage<JsonNode> hook(String name, JsonNode params);

    /** What lets lightningd do as it would have without us: the answer to a hook call where there is no other. {@code params} may be missing. */
    JsonNode safeAnswer(String hook, JsonNode params);

    /**
     * A call of a command that the manifest has.
     *
     * @return the result. A {@link io.github.camellightning.node.RemoteErrorException} is answered in its code and words, any other failure as -32603
     */
    CompletionStage<JsonNode> method(String name, JsonNode params);

    /** @param origin the plugin that sent it; null where lightningd itself did, and before v25 */
    void notification(String topic, JsonNode params, @Nullable String origin);

    /** The end, once: lightningd closed the pipe, stopped us, or the relay died. */
    void ended(String reason);
}

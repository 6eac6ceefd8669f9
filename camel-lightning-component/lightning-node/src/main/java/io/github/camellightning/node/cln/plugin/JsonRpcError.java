// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.RemoteErrorException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code error} of a JSON-RPC answer. */
final class JsonRpcError {

    private static final Logger LOG = LoggerFactory.getLogger(PluginSession.class);
    private static final int MAX_LOGGED = 1_024;
    private static final int INVALID_PARAMS = -32602;
    private static final int INTERNAL_ERROR = -32603;

    private JsonRpcError() {}

    /** In the failure's own words only where it was made to be told: others may carry what is no caller's business. */
    static ObjectNode of(String method, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RemoteErrorException told) {
            ObjectNode error = JsonNodeFactory.instance.objectNode();
            error.put("code", told.code()).put("message", String.valueOf(told.getMessage()));
            String data = told.data();
            if (data != null) {
                error.set("data", json(data));
            }
            return error;
        }
        LOG.warn(
                "The command {} failed, and its caller was told no more than that. See to the route that answers it: {}",
                method,
                Escaped.of(cause.toString(), MAX_LOGGED));
        return internal();
    }

    static ObjectNode internal() {
        return JsonNodeFactory.instance.objectNode().put("code", INTERNAL_ERROR).put("message", "Internal error");
    }

    /** Params that lightningd passed on, but that nobody else can read. */
    static ObjectNode unreadable() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("code", INVALID_PARAMS)
                .put(
                        "message",
                        "Invalid params: they"
                                + " cannot be read as JSON, or have more than 1,000 structures within each other");
    }

    private static JsonNode json(String data) {
        try {
            return Json.read(data);
        } catch (LightningException plainText) {
            return TextNode.valueOf(data);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import io.github.camellightning.node.jsonrpc.ProtocolException;
import io.github.camellightning.node.jsonrpc.StrictJson;
import org.jspecify.annotations.Nullable;

/** What a peer sent, told apart by its members: one type carries both directions. */
sealed interface RpcMessage {

    /** @param params an object or an array; empty where there were none */
    record Request(JsonNode id, String method, JsonNode params) implements RpcMessage {}

    /** A request that wants no reply. */
    record Notification(String method, JsonNode params) implements RpcMessage {}

    /** @param id of any kind: whether it is that of a request is to be seen */
    record Result(JsonNode id, JsonNode value) implements RpcMessage {}

    record Failure(JsonNode id, RpcError error) implements RpcMessage {}

    /**
     * None of these.
     *
     * @param code of the error that it deserves
     * @param id of the request that it seems to be, else null
     */
    record Invalid(int code, JsonNode id, String reason) implements RpcMessage {}

    /** What is echoed must leave room for the rest. */
    int MAX_ID = 1_024;

    static RpcMessage read(byte[] payload) {
        JsonNode json;
        try {
            json = StrictJson.read(payload);
        } catch (ProtocolException garbage) {
            return new Invalid(RpcError.PARSE_ERROR, NullNode.instance, String.valueOf(garbage.getMessage()));
        }
        if (!json.isObject()) {
            return invalid(NullNode.instance, json.isArray() ? "it is a batch" : "it is no JSON object");
        }
        if (json.has("method")) {
            return request(json);
        }
        if (json.has("result") || json.has("error")) {
            return reply(json);
        }
        return invalid(idOrNull(json), "it has neither a method nor a result nor an error");
    }

    private static RpcMessage request(JsonNode json) {
        JsonNode id = idOrNull(json);
        if (!isVersion2(json)) {
            return invalid(id, "its jsonrpc is not \"2.0\"");
        }
        JsonNode method = json.get("method");
        if (!method.isTextual()) {
            return invalid(id, "its method is no string");
        }
        JsonNode params = json.has("params") ? json.get("params") : JsonNodeFactory.instance.objectNode();
        if (!params.isContainerNode()) {
            return invalid(id, "its params are neither an object nor an array");
        }
        if (!json.has("id")) {
            return new Notification(method.textValue(), params);
        }
        return id.isNull()
                ? invalid(id, "its id is neither a string of at most " + MAX_ID + " characters nor an integer")
                : new Request(id, method.textValue(), params);
    }

    /** A member that is null is one that is absent: JSON-RPC 1.0 had it so, and some who speak 2.0 still write it. */
    private static RpcMessage reply(JsonNode json) {
        JsonNode id = json.path("id");
        if (!isVersion2(json)) {
            return invalid(NullNode.instance, "its jsonrpc is not \"2.0\"");
        }
        if (!json.has("id")) {
            return invalid(NullNode.instance, "it is a reply without an id");
        }
        JsonNode error = json.path("error");
        if (!json.hasNonNull("error")) {
            return json.has("result")
                    ? new Result(id, json.get("result"))
                    : invalid(NullNode.instance, "its error is null, and there is no result");
        }
        if (json.hasNonNull("result")) {
            return invalid(NullNode.instance, "it has both a result and an error");
        }
        JsonNode code = error.path("code");
        if (!code.isInt() || !error.path("message").isTextual()) {
            return invalid(
                    NullNode.instance, "its error has no code that is an integer, or no message that is a string");
        }
        return new Failure(
                id, new RpcError(code.intValue(), error.path("message").textValue(), error.get("data")));
    }

    private static boolean isVersion2(JsonNode json) {
        return json.path("jsonrpc").asText("").equals("2.0")
                && json.path("jsonrpc").isTextual();
    }

    private static JsonNode idOrNull(JsonNode json) {
        @Nullable JsonNode id = json.get("id");
        boolean usable = id != null
                && (id.isIntegralNumber() || id.isTextual() && id.textValue().length() <= MAX_ID);
        return usable ? id : NullNode.instance;
    }

    private static Invalid invalid(JsonNode id, String reason) {
        return new Invalid(RpcError.INVALID_REQUEST, id, reason);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** An error as JSON-RPC 2.0 numbers them. */
record RpcError(int code, String message, @Nullable JsonNode data) {

    static final int PARSE_ERROR = -32_700;
    static final int INVALID_REQUEST = -32_600;
    static final int METHOD_NOT_FOUND = -32_601;
    static final int INVALID_PARAMS = -32_602;
    static final int INTERNAL_ERROR = -32_603;
    /** Of those that are the server's to define. */
    static final int BUSY = -32_000;

    /** What is named has to fit into a message. */
    private static final int MOST_CHARACTERS_NAMED = 8_192;

    static RpcError methodNotFound() {
        return new RpcError(METHOD_NOT_FOUND, "Method not found", null);
    }

    static RpcError busy() {
        return new RpcError(BUSY, "Too many requests in flight", null);
    }

    static RpcError internal(String what) {
        return new RpcError(INTERNAL_ERROR, what.isEmpty() ? "Internal error" : "Internal error: " + what, null);
    }

    /** @param unrecognized names of params; always told, as bLIP-50 demands */
    static RpcError invalidParams(String what, Collection<String> unrecognized) {
        return new RpcError(INVALID_PARAMS, "Invalid params" + what, unrecognized(unrecognized));
    }

    static ObjectNode unrecognized(Collection<String> names) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        ArrayNode named = data.putArray("unrecognized");
        int characters = 0;
        for (String name : names) {
            characters += name.length() + 1;
            if (characters > MOST_CHARACTERS_NAMED) {
                break;
            }
            named.add(name);
        }
        return data;
    }
}

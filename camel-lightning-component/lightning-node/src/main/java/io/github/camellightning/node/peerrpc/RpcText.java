// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.jsonrpc.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** The bytes of messages: JSON in UTF-8, in which a character is escaped only where it must be. */
final class RpcText {

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private RpcText() {}

    /** @throws InvalidMessageException where the params cannot be written */
    static byte[] request(String id, String method, JsonNode params) {
        return message("The params of " + method, json -> {
            json.writeStringField("id", id);
            json.writeStringField("method", method);
            json.writeFieldName("params");
            json.writeTree(params);
        });
    }

    /** @throws InvalidMessageException where the result cannot be written */
    static byte[] result(JsonNode id, JsonNode result) {
        return message("The result", json -> {
            json.writeFieldName("id");
            json.writeTree(id);
            json.writeFieldName("result");
            json.writeTree(result);
        });
    }

    /** @throws InvalidMessageException where its data or words cannot be written */
    static byte[] error(JsonNode id, RpcError error) {
        return message("The error", json -> {
            json.writeFieldName("id");
            json.writeTree(id);
            json.writeObjectFieldStart("error");
            json.writeNumberField("code", error.code());
            json.writeStringField("message", error.message());
            if (error.data() != null) {
                json.writeFieldName("data");
                json.writeTree(error.data());
            }
            json.writeEndObject();
        });
    }

    /** The result itself. */
    static byte[] value(JsonNode result) {
        return bytes("The result", json -> json.writeTree(result));
    }

    private static byte[] message(String what, Body body) {
        return bytes(what, json -> {
            json.writeStartObject();
            json.writeStringField("jsonrpc", "2.0");
            body.write(json);
            json.writeEndObject();
        });
    }

    private static byte[] bytes(String what, Body body) {
        // chars, for Jackson makes other characters out of half surrogate pairs where it writes bytes
        var text = new StringWriter(256);
        try (JsonGenerator json = Json.generator(text)) {
            body.write(json);
        } catch (IOException e) {
            throw new InvalidMessageException(
                    what + " cannot be written as JSON: it is nested too deeply, or has a value of a kind that JSON"
                            + " does not know");
        }
        if (!StrictJson.isText(text.toString())) {
            throw new InvalidMessageException(
                    what + " cannot be written as JSON: a text in it has half a surrogate pair, which is no character");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}

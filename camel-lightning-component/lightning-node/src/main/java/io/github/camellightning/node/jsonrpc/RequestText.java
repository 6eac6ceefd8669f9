// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.jsonrpc;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request's bytes. {@code jsonrpc}, {@code id} and {@code params} are always there, for lightningd stops answering a connection on which
 * they are missing; and there is never a {@code \}{@code u} escape, which it refuses in most strings and takes literally in the others.
 */
public final class RequestText {

    private RequestText() {}

    /**
     * @param rune for commando, which has it as a member of the request
     * @throws InvalidMessageException where the params cannot be written so
     */
    public static byte[] of(
            String id, String method, JsonNode params, @Nullable JsonNode filter, @Nullable String rune) {
        // chars, for Jackson makes other characters out of half surrogate pairs where it writes bytes
        var text = new StringWriter(256);
        try (JsonGenerator json = Json.generator(text)) {
            json.writeStartObject();
            json.writeStringField("jsonrpc", "2.0");
            json.writeStringField("id", id);
            json.writeStringField("method", method);
            json.writeFieldName("params");
            json.writeTree(params);
            if (filter != null) {
                json.writeFieldName("filter");
                json.writeTree(filter);
            }
            if (rune != null) {
                json.writeStringField("rune", rune);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw refused(method, "they are nested too deeply, or a value in them cannot be written as JSON");
        }
        return bytes(text.toString(), method);
    }

    private static byte[] bytes(String json, String method) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        // most are plain, which is seen at a glance; half a surrogate pair has become a question mark
        boolean isPlain = json.indexOf('\\') < 0 && new String(bytes, StandardCharsets.ISO_8859_1).equals(json);
        if (!isPlain) {
            check(json, method);
        }
        return bytes;
    }

    private static void check(String json, String method) {
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '\\' && json.charAt(++i) == 'u') {
                throw refused(
                        method,
                        "a text in them has a control character other than \\b, \\t, \\n, \\f and \\r. JSON writes such"
                                + " a one as \\u and its number, which Core Lightning does not understand");
            }
            if (Character.isSurrogate(c) && Character.charCount(json.codePointAt(i++)) < 2) {
                throw refused(method, "a text in them has half a surrogate pair, which is no character");
            }
        }
    }

    private static InvalidMessageException refused(String method, String rule) {
        return new InvalidMessageException("Invalid params of " + method + ": " + rule);
    }
}

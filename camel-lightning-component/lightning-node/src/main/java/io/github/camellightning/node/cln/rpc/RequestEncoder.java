// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import com.fasterxml.jackson.core.JsonGenerator;
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
final class RequestEncoder {

    private RequestEncoder() {}

    /** @throws InvalidMessageException where the params cannot be written so */
    static byte[] encode(String id, RpcRequest request) {
        // chars, for Jackson makes other characters out of half surrogate pairs where it writes bytes
        var text = new StringWriter(256);
        try (JsonGenerator json = Json.generator(text)) {
            json.writeStartObject();
            json.writeStringField("jsonrpc", "2.0");
            json.writeStringField("id", id);
            json.writeStringField("method", request.method());
            json.writeFieldName("params");
            json.writeTree(request.params());
            if (request.filter() != null) {
                json.writeFieldName("filter");
                json.writeTree(request.filter());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw refused(request, "they are nested too deeply, or a value in them cannot be written as JSON");
        }
        return bytes(text.toString(), request);
    }

    private static byte[] bytes(String json, RpcRequest request) {
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '\\' && json.charAt(++i) == 'u') {
                throw refused(
                        request,
                        "a text in them has a control character other than \\b, \\t, \\n, \\f and \\r. JSON writes such"
                                + " a one as \\u and its number, which Core Lightning does not understand");
            }
            if (Character.isSurrogate(c) && Character.charCount(json.codePointAt(i++)) < 2) {
                throw refused(request, "a text in them has half a surrogate pair, which is no character");
            }
        }
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static InvalidMessageException refused(RpcRequest request, String rule) {
        return new InvalidMessageException("Invalid params of " + request.method() + ": " + rule);
    }

    /**
     * In Core Lightning's own form: {@code camel:getinfo#7}, or {@code cln:custommsg#3/camel:getinfo#7} where another request led to it.
     */
    static String id(@Nullable String prefix, String name, String method, long sequence) {
        String own = name + ":" + method + "#" + sequence;
        return prefix == null ? own : (isPlain(prefix) ? prefix : "weird-id") + "/" + own;
    }

    private static boolean isPlain(String prefix) {
        return prefix.length() <= 512 && prefix.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '"' && c != '\\');
    }
}

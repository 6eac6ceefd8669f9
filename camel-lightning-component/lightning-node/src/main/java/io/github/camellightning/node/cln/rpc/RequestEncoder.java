// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.camellightning.node.InvalidMessageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A request's bytes. {@code jsonrpc}, {@code id} and {@code params} are always there, for lightningd stops answering a connection on which
 * they are missing; and there is never a {@code \}{@code u} escape, which it refuses in most strings and takes literally in the others.
 */
final class RequestEncoder {

    private RequestEncoder() {}

    /** @throws InvalidMessageException where the params cannot be written so */
    static byte[] encode(String id, RpcRequest request) {
        var bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = RpcJson.generator(bytes)) {
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
            throw new InvalidMessageException(
                    "Invalid params of " + request.method()
                            + ": they hold half a surrogate pair, or are nested too deeply, or cannot be written as JSON otherwise");
        }
        byte[] encoded = bytes.toByteArray();
        refuseUnicodeEscapes(encoded, request.method());
        return encoded;
    }

    private static void refuseUnicodeEscapes(byte[] json, String method) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\\' && json[++i] == 'u') {
                throw new InvalidMessageException("Invalid params of " + method
                        + ": a text in them has a control character other than \\b, \\t, \\n, \\f and \\r. JSON writes"
                        + " such a one as \\u and its number, which Core Lightning does not understand");
            }
        }
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

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.jsonrpc.RequestText;
import org.jspecify.annotations.Nullable;

/** The bytes and the id of a request. */
final class RequestEncoder {

    private RequestEncoder() {}

    /** @throws InvalidMessageException where the params cannot be written so */
    static byte[] encode(String id, RpcRequest request) {
        return RequestText.of(id, request.method(), request.params(), request.filter(), null);
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

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A command for lightningd. What its params hold is in no exception and no log line, for it may be a rune.
 *
 * @param params an object, by name, or an array, by position
 * @param filter which members of the result are wanted: an object of the result's shape with {@code true} as its leaves
 * @param deadline from the call on; without it the client's
 * @param maxResponseSize bytes of the result; a larger one fails the call and is not kept. Without it the client's
 * @param apart whether it goes out on a connection of its own, if one is to be had, so that no other reply comes behind its result, which may be large
 * @param idPrefix the id of a request that led to this one, such as a hook's: lightningd's log then tells them to belong together
 */
public record RpcRequest(
        String method,
        JsonNode params,
        @Nullable JsonNode filter,
        @Nullable Duration deadline,
        @Nullable Long maxResponseSize,
        boolean apart,
        @Nullable String idPrefix) {

    /** @throws InvalidMessageException naming the component and the rule */
    public RpcRequest {
        if (method.isEmpty() || !method.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\')) {
            throw new InvalidMessageException("Invalid method " + Escaped.of(method, 100)
                    + ": it must be printable ASCII without spaces, quotes and backslashes");
        }
        if (!params.isContainerNode()) {
            throw new InvalidMessageException("Invalid params of " + method + ", JSON " + params.getNodeType()
                    + ": they must be an object or an array");
        }
        if (filter != null && !filter.isObject()) {
            throw new InvalidMessageException(
                    "Invalid filter of " + method + ", JSON " + filter.getNodeType() + ": it must be an object");
        }
        if (deadline != null && deadline.isNegative()) {
            throw new InvalidMessageException(
                    "Invalid deadline of " + method + ", " + deadline + ": it must not be negative");
        }
        if (maxResponseSize != null && maxResponseSize < 1) {
            throw new InvalidMessageException(
                    "Invalid maxResponseSize of " + method + ", " + maxResponseSize + ": it must be at least 1");
        }
    }

    public static RpcRequest of(String method) {
        return of(method, Json.emptyObject());
    }

    public static RpcRequest of(String method, JsonNode params) {
        return new RpcRequest(method, params, null, null, null, false, null);
    }

    public RpcRequest withFilter(JsonNode wanted) {
        return new RpcRequest(method, params, wanted, deadline, maxResponseSize, apart, idPrefix);
    }

    public RpcRequest withDeadline(Duration fromNow) {
        return new RpcRequest(method, params, filter, fromNow, maxResponseSize, apart, idPrefix);
    }

    public RpcRequest withMaxResponseSize(long bytes) {
        return new RpcRequest(method, params, filter, deadline, bytes, apart, idPrefix);
    }

    /** Apart from others. */
    public RpcRequest onItsOwn() {
        return new RpcRequest(method, params, filter, deadline, maxResponseSize, true, idPrefix);
    }

    public RpcRequest withIdPrefix(String id) {
        return new RpcRequest(method, params, filter, deadline, maxResponseSize, apart, id);
    }

    @Override
    public String toString() {
        return "RpcRequest[" + method + "]";
    }
}

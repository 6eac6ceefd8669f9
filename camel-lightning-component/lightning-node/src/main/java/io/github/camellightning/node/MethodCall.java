// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A method to run, on the own node or by commando on a peer's. What its params hold is in no exception and no log line.
 *
 * @param params an object, by name, or an array, by position
 * @param filter which members of the result are wanted: an object of the result's shape with {@code true} as its leaves (Core Lightning, since 23.02)
 * @param deadline how long to wait; with commando from the last part of the reply on. Null: the node's
 * @param maxResponseSize bytes of a result; a larger one fails the call and is not kept
 * @param apart whether the result may be so large that others should not come behind it, where a node can keep them apart
 */
public record MethodCall(
        String method,
        JsonNode params,
        @Nullable JsonNode filter,
        @Nullable Duration deadline,
        long maxResponseSize,
        boolean apart) {

    public static final long DEFAULT_MAX_RESPONSE_SIZE = 512L << 20;

    private static final String PLAIN = "it must be printable ASCII without spaces, quotes and backslashes";

    /** @throws InvalidMessageException naming the component and the rule */
    public MethodCall {
        if (method.isEmpty() || !isPlain(method)) {
            throw new InvalidMessageException("Invalid method " + Escaped.of(method, 100) + ": " + PLAIN);
        }
        if (!params.isContainerNode()) {
            throw new InvalidMessageException("Invalid params of " + method + ", JSON " + params.getNodeType()
                    + ": they must be an object or an array");
        }
        if (filter != null && !filter.isObject()) {
            throw new InvalidMessageException(
                    "Invalid filter of " + method + ", JSON " + filter.getNodeType() + ": it must be an object");
        }
        if (deadline != null && (deadline.isNegative() || deadline.isZero())) {
            throw new InvalidMessageException(
                    "Invalid deadline of " + method + ", " + deadline + ": it must be positive");
        }
        if (maxResponseSize < 1) {
            throw new InvalidMessageException(
                    "Invalid maxResponseSize of " + method + ", " + maxResponseSize + ": it must be at least 1");
        }
    }

    /** One whose result others may come behind. */
    public MethodCall(
            String method,
            JsonNode params,
            @Nullable JsonNode filter,
            @Nullable Duration deadline,
            long maxResponseSize) {
        this(method, params, filter, deadline, maxResponseSize, false);
    }

    /**
     * Refuses what cannot go with a call by commando as its rune, whatever the peer makes of it.
     *
     * @return the text
     * @throws InvalidMessageException naming the rule; the text is a secret, and is not quoted
     */
    public static String requireRune(String text) {
        if (!isPlain(text)) {
            throw new InvalidMessageException("Invalid rune: " + PLAIN);
        }
        return text;
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
    }

    public static MethodCall of(String method, JsonNode params) {
        return new MethodCall(method, params, null, null, DEFAULT_MAX_RESPONSE_SIZE);
    }

    /** The same under another name. */
    public MethodCall withMethod(String name) {
        return new MethodCall(name, params, filter, deadline, maxResponseSize, apart);
    }

    /** The same within another time. */
    public MethodCall withDeadline(Duration fromNow) {
        return new MethodCall(method, params, filter, fromNow, maxResponseSize, apart);
    }

    @Override
    public String toString() {
        return "MethodCall[" + method + "]";
    }
}

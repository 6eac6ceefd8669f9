// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code filter} of a request: which members of the result its sender wants. Where it takes an array for an object
 * or the other way round, the result says so in {@code warning_parameter_filter}.
 *
 * <p>{@code true} for an object is worth {@code {}}: of that object pass its objects and arrays, whole, and nothing else.
 */
final class JsonFilter {

    private final Map<String, JsonFilter> members = new LinkedHashMap<>();
    private @Nullable JsonFilter elements;
    private boolean misused;

    static JsonFilter parse(Token filter) throws RpcException {
        if (filter.kind() != Token.Kind.OBJECT) {
            throw RpcException.badParameter("filter", "Expected object", filter);
        }
        return build(filter);
    }

    private static JsonFilter build(Token token) throws RpcException {
        var filter = new JsonFilter();
        if (token.kind() == Token.Kind.ARRAY) {
            if (token.children().size() != 1) {
                throw RpcException.badParameter("filter", "Arrays can only have one element", token);
            }
            filter.elements = build(token.children().get(0));
            return filter;
        }
        var children = token.children();
        for (int i = 0; i + 1 < children.size(); i += 2) {
            filter.members.put(children.get(i).text(), ofMember(children.get(i + 1)));
        }
        return filter;
    }

    private static JsonFilter ofMember(Token value) throws RpcException {
        boolean deeper = value.kind() == Token.Kind.OBJECT || value.kind() == Token.Kind.ARRAY;
        if (!deeper && (value.isString() || !value.is("true"))) {
            throw RpcException.badParameter("filter", "value must be true", value);
        }
        return build(value);
    }

    ObjectNode apply(ObjectNode result) {
        var wanted = filtered(result);
        var misuse = misuse();
        if (misuse != null) {
            wanted.put("warning_parameter_filter", misuse);
        }
        return wanted;
    }

    private boolean namesNothing() {
        return members.isEmpty() && elements == null;
    }

    private ObjectNode filtered(ObjectNode object) {
        var wanted = Json.object();
        object.properties().forEach(member -> {
            var value = member.getValue();
            var below = members.get(member.getKey());
            if (!value.isContainerNode()) {
                if (below != null) {
                    wanted.set(member.getKey(), value);
                }
            } else if (namesNothing()) {
                wanted.set(member.getKey(), value);
            } else if (elements != null) {
                misused = true;
            } else if (below != null) {
                wanted.set(member.getKey(), below.inside(value));
            }
        });
        return wanted;
    }

    private ArrayNode filtered(ArrayNode array) {
        var wanted = Json.array();
        for (var value : array) {
            if (!value.isContainerNode() || namesNothing()) {
                wanted.add(value);
            } else if (elements == null) {
                misused = true;
            } else {
                wanted.add(elements.inside(value));
            }
        }
        return wanted;
    }

    private JsonNode inside(JsonNode container) {
        return container instanceof ObjectNode object ? filtered(object) : filtered((ArrayNode) container);
    }

    private @Nullable String misuse() {
        if (misused) {
            return elements == null ? " is an array" : " is an object";
        }
        if (elements != null) {
            var below = elements.misuse();
            return below == null ? null : "[]" + below;
        }
        for (var member : members.entrySet()) {
            var below = member.getValue().misuse();
            if (below != null) {
                return "." + member.getKey() + below;
            }
        }
        return null;
    }
}

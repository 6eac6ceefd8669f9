// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.jspecify.annotations.Nullable;

/** Between bodies and JSON. */
final class JsonBody {

    private static final String WHAT_IS_TAKEN =
            "a Map, a List, a JsonNode, or JSON as text, bytes or a stream is taken";

    private JsonBody() {}

    /**
     * Params: nothing stands for none.
     *
     * @throws InvalidMessageException where the body is no object and no array
     */
    static JsonNode params(Message message) {
        JsonNode json = of(message);
        if (json == null) {
            return Json.emptyObject();
        }
        if (!json.isContainerNode()) {
            throw new InvalidMessageException("The body is JSON of the kind " + json.getNodeType()
                    + ": params are an object, by name, or an array, by position");
        }
        return json;
    }

    /**
     * The body as JSON, which it stays; null where it is null or blank.
     *
     * @throws InvalidMessageException where it is none
     */
    static @Nullable JsonNode of(Message message) {
        Object body = message.getBody();
        if (body == null) {
            return null;
        }
        if (body instanceof JsonNode json) {
            return json;
        }
        if (body instanceof Map<?, ?>
                || body instanceof Collection<?>
                || body instanceof Number
                || body instanceof Boolean) {
            return Json.tree(body);
        }
        return parsed(text(body, message.getExchange()), body);
    }

    private static @Nullable JsonNode parsed(String text, Object body) {
        if (text.isBlank()) {
            return null;
        }
        try {
            return Json.read(text);
        } catch (LightningException garbage) {
            throw new InvalidMessageException("The body, a " + body.getClass().getName() + ", is not JSON: "
                    + garbage.getMessage() + "; " + WHAT_IS_TAKEN);
        }
    }

    private static String text(Object body, Exchange exchange) {
        if (body instanceof StreamCache cache) {
            cache.reset();
        }
        byte[] bytes = body instanceof byte[] given
                ? given
                : body instanceof String given
                        ? given.getBytes(StandardCharsets.UTF_8)
                        : exchange.getContext().getTypeConverter().tryConvertTo(byte[].class, exchange, body);
        if (body instanceof StreamCache cache) {
            cache.reset();
        }
        if (bytes == null) {
            throw new InvalidMessageException(
                    "The body is a " + body.getClass().getName() + ": nothing makes that JSON; " + WHAT_IS_TAKEN);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** JSON as a body of the wanted kind. */
    static Object from(JsonNode json, OutputType type) {
        return switch (type) {
            case STRING -> json.toString();
            case INPUTSTREAM -> new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8));
            case MAP -> map(json);
            case JSONNODE -> json;
        };
    }

    static Object map(JsonNode json) {
        Object plain = Json.plain(json);
        return plain instanceof Map<?, ?> ? plain : java.util.Collections.singletonMap("result", plain);
    }
}

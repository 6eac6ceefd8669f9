// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.rune.Rune;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a peer asks for, read once: the tree that its rune is held against is what the method gets.
 *
 * @param filter of the result; any JSON
 */
record CommandoRequest(
        JsonNode id,
        String method,
        JsonNode params,
        Rune rune,
        @Nullable JsonNode filter) {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_NAME = 1_024;
    private static final int MAX_DIGITS = 128;
    private static final int MAX_TOKENS = 50_000;
    private static final String LIMITS = "structures " + MAX_DEPTH + " deep, names of " + MAX_NAME
            + " bytes, numbers of " + MAX_DIGITS + " digits, " + MAX_TOKENS + " tokens";

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNameLength(MAX_NAME)
                            .maxNumberLength(MAX_DIGITS)
                            .maxTokenCount(MAX_TOKENS)
                            .maxStringLength(Frames.MAX_REQUEST)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** In the order in which lightningd looks. */
    static CommandoRequest parse(byte[] json, int length) throws Refusal {
        JsonNode request = object(json, length);
        JsonNode method = request.path("method");
        if (!method.isTextual()) {
            throw Refusal.of("No method");
        }
        JsonNode params = request.get("params");
        if (params != null && !params.isContainerNode()) {
            throw Refusal.of("Params must be object or array");
        }
        JsonNode id = request.get("id");
        if (id == null) {
            throw Refusal.of("missing id field");
        }
        JsonNode rune = request.get("rune");
        if (rune == null) {
            throw Refusal.of("Missing rune");
        }
        return new CommandoRequest(
                id,
                method.textValue(),
                params == null ? JsonNodeFactory.instance.objectNode() : params,
                rune(rune),
                request.get("filter"));
    }

    private static Rune rune(JsonNode rune) throws Refusal {
        try {
            if (rune.isTextual()) {
                return Rune.parse(rune.textValue());
            }
        } catch (InvalidMessageException unreadable) {
            // which rule it breaks is nothing that a caller could mend
        }
        throw Refusal.badRune();
    }

    /** What follows it is nobody's business. */
    private static JsonNode object(byte[] json, int length) throws Refusal {
        try (JsonParser parser = MAPPER.createParser(json, 0, length)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                return MAPPER.readTree(parser);
            }
            if (first == null) {
                throw Refusal.of("Invalid JSON");
            }
            parser.skipChildren();
            parser.finishToken();
            throw Refusal.of(parser.nextToken() == null ? "Not a JSON object" : "Invalid JSON");
        } catch (StreamConstraintsException beyond) {
            throw Refusal.of("Invalid JSON: this node reads at most " + LIMITS);
        } catch (IOException | NumberFormatException | ArithmeticException notJson) {
            boolean twice = String.valueOf(notJson.getMessage()).startsWith("Duplicate");
            throw Refusal.of(twice ? "Invalid JSON: an object has two members of one name" : "Invalid JSON");
        }
    }

    /** What it carries is nobody's business. */
    @Override
    public String toString() {
        return "CommandoRequest[" + method + "]";
    }
}

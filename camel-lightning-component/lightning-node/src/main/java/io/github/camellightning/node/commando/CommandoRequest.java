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
import io.github.camellightning.node.jsonrpc.ProtocolException;
import io.github.camellightning.node.jsonrpc.StrictJson;
import io.github.camellightning.node.rune.Rune;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

    private static final String LIMITS = "structures " + StrictJson.MAX_DEPTH + " deep, names of " + StrictJson.MAX_NAME
            + " characters, numbers of " + StrictJson.MAX_DIGITS + " digits, " + StrictJson.MAX_TOKENS + " tokens";

    /** As {@link StrictJson} reads, but for what may follow. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(StrictJson.MAX_DEPTH)
                            .maxNameLength(StrictJson.MAX_NAME)
                            .maxNumberLength(StrictJson.MAX_DIGITS)
                            .maxTokenCount(StrictJson.MAX_TOKENS)
                            .maxStringLength(Frames.MAX_REQUEST)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // names are strangers' too: remembering them would fill a table that all share
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** In the order in which lightningd looks. */
    static CommandoRequest parse(byte[] json, int length) throws Refusal {
        JsonNode request = object(json, length);
        try {
            StrictJson.requireCharacters(request);
        } catch (ProtocolException half) {
            throw Refusal.of("Invalid JSON: " + half.getMessage());
        }
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
        try (JsonParser parser = MAPPER.createParser(decoded(json, length))) {
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

    /** Jackson would take other encodings of Unicode for JSON too. */
    private static String decoded(byte[] json, int length) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(json, 0, length))
                .toString();
    }

    /** What it carries is nobody's business. */
    @Override
    public String toString() {
        return "CommandoRequest[" + method + "]";
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** JSON as lightningd speaks it: numbers of any length keep all their digits, and text is raw UTF-8. */
public final class Json {

    /** lightningd's own numbers have 20 digits; each digit of a longer one costs more time than the one before. */
    private static final int MAX_DIGITS = 10_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNumberLength(MAX_DIGITS)
                            .build())
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    /**
     * Reads one value, which must be all there is.
     *
     * @throws LightningException where it is not JSON; its text is not quoted
     */
    public static JsonNode read(InputStream json) {
        return read(() -> MAPPER.readTree(json));
    }

    /**
     * Reads one value, which must be all there is.
     *
     * @throws LightningException where it is not JSON; its text is not quoted
     */
    public static JsonNode read(String json) {
        return read(() -> MAPPER.readTree(json));
    }

    private interface Source {
        JsonNode read() throws IOException;
    }

    private static JsonNode read(Source source) {
        try {
            JsonNode node = source.read();
            if (node.isMissingNode()) {
                throw new LightningException("Not JSON: there is nothing");
            }
            return node;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new LightningException(
                    "Not JSON: line " + at.getLineNr() + ", column " + at.getColumnNr() + " cannot be understood");
        } catch (NumberFormatException exponent) {
            // Jackson lets it through
            throw new LightningException("Not JSON: a number has an exponent that is none");
        } catch (IOException e) {
            throw new LightningException("JSON cannot be read: " + e.getMessage(), e);
        }
    }

    /** A new one, for params: what a command without params takes. */
    public static ObjectNode emptyObject() {
        return MAPPER.createObjectNode();
    }

    /**
     * A Map, a List or a value as JSON.
     *
     * @throws InvalidMessageException where a value is of a kind that JSON does not know
     */
    public static JsonNode tree(Object value) {
        try {
            return MAPPER.valueToTree(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidMessageException("A value cannot be written as JSON");
        }
    }

    /** A Map, a List or a value; numbers keep all their digits. */
    public static @Nullable Object plain(JsonNode json) {
        return MAPPER.convertValue(json, Object.class);
    }

    public static JsonGenerator generator(Writer out) throws IOException {
        return MAPPER.createGenerator(out);
    }

    /** Of UTF-8. */
    public static JsonGenerator generator(OutputStream out) throws IOException {
        return MAPPER.createGenerator(out);
    }

    /** Of one token after the other, for what is too large for a tree. */
    public static JsonParser parser(InputStream json) throws IOException {
        return MAPPER.createParser(json);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.jsonrpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * JSON of strangers: one value in UTF-8 and nothing after it, no member twice, no character that is none. At most {@value #MAX_DEPTH} structures within
 * each other, names of {@value #MAX_NAME} characters, numbers of {@value #MAX_DIGITS}, {@value #MAX_TOKENS} tokens. Numbers keep all their digits and
 * are never expanded: {@code 1e999999999} takes no more room than it does as text.
 */
public final class StrictJson {

    public static final int MAX_DEPTH = 64;
    public static final int MAX_NAME = 1_024;
    public static final int MAX_DIGITS = 128;
    public static final int MAX_TOKENS = 50_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNameLength(MAX_NAME)
                            .maxNumberLength(MAX_DIGITS)
                            .maxTokenCount(MAX_TOKENS)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    // names are strangers' too: remembering them would fill a table that all share
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private StrictJson() {}

    /** @throws ProtocolException saying what is wrong, without a word of the text */
    public static JsonNode read(byte[] utf8) throws ProtocolException {
        String text = decoded(utf8);
        JsonNode json;
        try {
            json = MAPPER.readTree(text);
        } catch (StreamConstraintsException tooMuch) {
            throw new ProtocolException("it exceeds a limit: " + MAX_DEPTH + " structures within each other, names of "
                    + MAX_NAME + " characters, numbers of " + MAX_DIGITS + ", " + MAX_TOKENS + " tokens");
        } catch (NumberFormatException exponent) {
            // Jackson lets it through
            throw new ProtocolException("it is not JSON: a number has an exponent that is none");
        } catch (JsonProcessingException garbage) {
            JsonLocation at = garbage.getLocation();
            throw new ProtocolException(
                    at == null
                            ? "it is not JSON"
                            : "it is not JSON, or has a member twice: line " + at.getLineNr() + ", column "
                                    + at.getColumnNr());
        }
        if (json.isMissingNode()) {
            throw new ProtocolException("it is empty");
        }
        // only an escape can make half a character of what was UTF-8
        if (text.indexOf('\\') >= 0) {
            requireCharacters(json);
        }
        return json;
    }

    /** Jackson would take other encodings of Unicode for JSON too, and make up characters for what is none. */
    private static String decoded(byte[] utf8) throws ProtocolException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new ProtocolException("it is not UTF-8");
        }
    }

    /** @throws ProtocolException where an escape in its text stands for half a character */
    public static void requireCharacters(JsonNode json) throws ProtocolException {
        if (json.isTextual()) {
            requireCharacters(json.textValue());
        }
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            requireCharacters(member.getKey());
        }
        for (JsonNode child : json) {
            requireCharacters(child);
        }
    }

    private static void requireCharacters(String text) throws ProtocolException {
        if (!isText(text)) {
            throw new ProtocolException("an escape in it stands for half a character");
        }
    }

    /** Whether it can be written in UTF-8. */
    public static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i)) && Character.charCount(text.codePointAt(i++)) < 2) {
                return false;
            }
        }
        return true;
    }
}

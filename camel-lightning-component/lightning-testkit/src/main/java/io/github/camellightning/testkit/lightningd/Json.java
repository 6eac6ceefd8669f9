// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** JSON as lightningd writes it: compact, raw UTF-8. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .build());
    }

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    static String unescape(Token string) {
        return parse('"' + string.text() + '"').textValue();
    }

    /** As lightningd does it, which knows no escapes but the short ones; null where there is another, such as {@code \\u}. */
    static @Nullable String unescapeShort(Token string) {
        var text = string.text();
        for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 2)) {
            if ("nbftr/\\\"".indexOf(text.charAt(i + 1)) < 0) {
                return null;
            }
        }
        return unescape(string);
    }

    static byte[] bytes(JsonNode value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException notSerializable) {
            throw new UncheckedIOException(notSerializable);
        }
    }

    static String text(JsonNode value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    /** A JSON string of bytes that need not be UTF-8: what is neither a quote nor a control character stays as it is. */
    static byte[] quote(byte[] bytes) {
        var quoted = new ByteArrayOutputStream(bytes.length + 16);
        quoted.write('"');
        for (byte b : bytes) {
            switch (b) {
                case '"', '\\' -> {
                    quoted.write('\\');
                    quoted.write(b);
                }
                case '\n' -> quoted.writeBytes(ascii("\\n"));
                case '\r' -> quoted.writeBytes(ascii("\\r"));
                case '\t' -> quoted.writeBytes(ascii("\\t"));
                case '\b' -> quoted.writeBytes(ascii("\\b"));
                case '\f' -> quoted.writeBytes(ascii("\\f"));
                default -> {
                    if (b >= 0 && b < ' ') {
                        quoted.writeBytes(ascii(String.format("\\u%04X", b)));
                    } else {
                        quoted.write(b);
                    }
                }
            }
        }
        quoted.write('"');
        return quoted.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.ResultBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;

/** Looks through results, however large, before anything of them is sent. */
final class Results {

    private static final JsonFactory STRICT = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private Results() {}

    /**
     * Whether it is an object.
     *
     * @throws IOException where it is not JSON in UTF-8, has a control character that is not escaped, or has something behind it
     */
    static boolean isObject(JsonResult result) throws IOException {
        // Jackson would take other encodings of Unicode for JSON too, and what reads the reply need not
        try (Reader in = new InputStreamReader(result.stream(), StandardCharsets.UTF_8.newDecoder());
                JsonParser parser = STRICT.createParser(in)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new IOException("there is nothing");
            }
            parser.skipChildren();
            parser.finishToken();
            if (parser.nextToken() != null) {
                throw new IOException("something stands behind it");
            }
            return first == JsonToken.START_OBJECT;
        }
    }

    /**
     * What the filter wants of it: an object of the same shape with true as its leaves, an array of one filter for each of an array's elements.
     *
     * @param filter that is one
     */
    static JsonResult filtered(JsonResult result, JsonNode filter, CommandoServerSettings settings) throws IOException {
        var buffer = new ResultBuffer(settings.spoolThreshold(), Long.MAX_VALUE, settings.spoolDirectory());
        boolean whole = false;
        try (InputStream in = result.stream();
                JsonParser parser = Json.parser(in);
                JsonGenerator generator = Json.generator(into(buffer))) {
            parser.nextToken();
            copy(parser, filter, generator);
            generator.flush();
            whole = true;
        } finally {
            if (!whole) {
                buffer.discard();
            }
        }
        IOException notKept = buffer.failure();
        if (notKept != null) {
            throw notKept;
        }
        return buffer.result();
    }

    private static OutputStream into(ResultBuffer buffer) {
        return new OutputStream() {
            @Override
            public void write(int one) {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                buffer.append(bytes, offset, length);
            }
        };
    }

    /** Where filter and value differ in shape the value is left out, but for its brackets. */
    private static void copy(JsonParser parser, JsonNode filter, JsonGenerator generator) throws IOException {
        if (filter.isBoolean() || (!parser.isExpectedStartObjectToken() && !parser.isExpectedStartArrayToken())) {
            copyAll(parser, generator);
            return;
        }
        if (parser.isExpectedStartObjectToken()) {
            generator.writeStartObject();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonNode ofMember = filter.isObject() ? filter.get(name) : null;
                parser.nextToken();
                if (ofMember == null) {
                    parser.skipChildren();
                } else {
                    generator.writeFieldName(name);
                    copy(parser, ofMember, generator);
                }
            }
            generator.writeEndObject();
            return;
        }
        generator.writeStartArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (filter.isArray()) {
                copy(parser, filter.get(0), generator);
            } else {
                parser.skipChildren();
            }
        }
        generator.writeEndArray();
    }

    /** With all digits of its numbers. */
    private static void copyAll(JsonParser parser, JsonGenerator generator) throws IOException {
        int depth = 0;
        while (true) {
            JsonToken token = parser.currentToken();
            if (token.isNumeric()) {
                generator.writeNumber(parser.getText());
            } else {
                generator.copyCurrentEvent(parser);
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0 && token != JsonToken.FIELD_NAME) {
                return;
            }
            parser.nextToken();
        }
    }

    /** What is no filter, in lightningd's words. */
    static final class FilterException extends Exception {
        private static final long serialVersionUID = 1L;

        FilterException(String words) {
            super(words, null, false, false);
        }

        String words() {
            return String.valueOf(getMessage());
        }
    }

    /** @throws FilterException where it is none */
    static void requireFilter(JsonNode filter) throws FilterException {
        if (!filter.isObject()) {
            throw new FilterException("filter: Expected object: invalid token '" + filter + "'");
        }
        requireLeavesTrue(filter);
    }

    private static void requireLeavesTrue(JsonNode filter) throws FilterException {
        if (filter.isArray() && filter.size() != 1) {
            throw new FilterException("filter: Arrays can only have one element: invalid token '" + filter + "'");
        }
        if (!filter.isContainerNode() && !(filter.isBoolean() && filter.booleanValue())) {
            throw new FilterException("filter: value must be true: invalid token '" + filter + "'");
        }
        for (JsonNode below : filter) {
            requireLeavesTrue(below);
        }
    }
}

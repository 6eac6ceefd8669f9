// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The vectors of BOLT 1. */
final class Vectors {

    private Vectors() {}

    /** Appendix A. */
    static Stream<JsonNode> bigSize(String part) {
        return stream(file("bolt01-bigsize.json").required(part));
    }

    /** Appendix B. */
    static Stream<JsonNode> tlv(String section) {
        return stream(file("bolt01-tlv.json").required("sections").required(section));
    }

    static String text(JsonNode vector, String field) {
        return vector.required(field).asText();
    }

    static byte[] bytes(JsonNode vector, String field) {
        return HexFormat.of().parseHex(text(vector, field));
    }

    private static JsonNode file(String name) {
        try (var file = Vectors.class.getResourceAsStream("/vectors/" + name)) {
            return new ObjectMapper().readTree(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}

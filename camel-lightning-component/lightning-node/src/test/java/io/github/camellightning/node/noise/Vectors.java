// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Appendix A of BOLT 8. */
final class Vectors {

    private Vectors() {}

    static Stream<JsonNode> startingWith(String name) {
        try (var file = Vectors.class.getResourceAsStream("/vectors/bolt08-transport.json")) {
            var cases = new ObjectMapper().readTree(file).get("cases");
            return StreamSupport.stream(cases.spliterator(), false)
                    .filter(vector -> text(vector, "name").startsWith(name));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static String text(JsonNode vector, String field) {
        return vector.required(field).asText();
    }

    static byte[] bytes(JsonNode vector, String field) {
        return bytes(text(vector, field));
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message that is no JSON, but good enough for lightningd: a bare word that is no value is text, commas too many pass, of two members of one
 * name the first counts. A member of the message that has more structures within each other than Jackson would read is left out.
 */
final class LenientJson {

    private static final int DEEPEST = 1_000;

    /** A structure that is read, and in an object the name whose value comes. */
    private static final class Level {
        private final JsonNode node;
        private @Nullable String name;

        Level(JsonNode node) {
            this.node = node;
        }
    }

    private final ObjectReader words;
    private final byte[] bytes;
    private final int to;
    private final ObjectNode message = JsonNodeFactory.instance.objectNode();
    private final List<Level> levels = new ArrayList<>();
    private int at;
    private int tooDeep;

    private LenientJson(JsonMapper json, byte[] bytes, int from, int to) {
        this.words = json.readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.bytes = bytes;
        this.at = from;
        this.to = to;
    }

    /** @param bytes a message from its brace on, as {@link MessageCutter} finds it */
    static ObjectNode read(JsonMapper json, byte[] bytes, int from, int to) {
        var reading = new LenientJson(json, bytes, from, to);
        reading.read();
        return reading.message;
    }

    private void read() {
        while (at < to) {
            byte b = bytes[at];
            if (b == '"') {
                string(rawString());
            } else if (b == '{' || b == '[') {
                at++;
                open(b == '{' ? JsonNodeFactory.instance.objectNode() : JsonNodeFactory.instance.arrayNode());
            } else if (b == '}' || b == ']') {
                at++;
                close();
            } else if (b == ',' || b == ':' || MessageCutter.isSpace(b)) {
                at++;
            } else {
                value(word());
            }
        }
    }

    private Level inner() {
        return levels.get(levels.size() - 1);
    }

    private void open(JsonNode structure) {
        if (levels.isEmpty()) {
            levels.add(new Level(message));
        } else if (tooDeep > 0 || levels.size() == DEEPEST) {
            tooDeep++;
            JsonNode member = levels.get(1).node;
            message.properties().removeIf(entry -> entry.getValue() == member);
        } else {
            value(structure);
            levels.add(new Level(structure));
        }
    }

    private void close() {
        if (tooDeep > 0) {
            tooDeep--;
        } else {
            levels.remove(levels.size() - 1);
        }
    }

    private void string(String raw) {
        Level inner = inner();
        if (inner.node.isObject() && inner.name == null) {
            // with its escapes, as lightningd compares it: it must not read another method than we do
            inner.name = raw;
        } else {
            value(TextNode.valueOf(unescaped(raw)));
        }
    }

    private void value(JsonNode value) {
        Level inner = inner();
        String name = inner.name;
        if (tooDeep > 0) {
            return;
        }
        if (inner.node instanceof ArrayNode array) {
            array.add(value);
        } else if (inner.node instanceof ObjectNode object && name != null) {
            object.putIfAbsent(name, value);
            inner.name = null;
        }
    }

    private JsonNode word() {
        int from = at;
        while (at < to && !MessageCutter.endsWord(bytes[at])) {
            at++;
        }
        String word = new String(bytes, from, at - from, StandardCharsets.UTF_8);
        try {
            return words.readTree(word);
        } catch (JsonProcessingException | ArithmeticException | NumberFormatException noValue) {
            return TextNode.valueOf(word);
        }
    }

    private String rawString() {
        int from = at + 1;
        for (at = from; bytes[at] != '"'; at++) {
            if (bytes[at] == '\\') {
                at++;
            }
        }
        String raw = new String(bytes, from, at - from, StandardCharsets.UTF_8);
        at++;
        return raw;
    }

    private static String unescaped(String raw) {
        var text = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escape = raw.charAt(++i);
            switch (escape) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    // lightningd has seen to the four digits
                    text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> text.append(escape);
            }
        }
        return text.toString();
    }
}

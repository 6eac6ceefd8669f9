// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One JSON value and where it stands in its text: ids, numbers and what a plugin is handed must pass verbatim, and
 * lightningd quotes values as they were written.
 *
 * @param start of a string: behind its opening quote
 * @param end exclusive; of a string: its closing quote
 * @param children of an object: name, value, name, value
 */
record Token(Kind kind, byte[] source, int start, int end, List<Token> children) {

    enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        PRIMITIVE
    }

    /** As written, without the quotes and with its escapes: lightningd hardly ever undoes them. */
    String text() {
        return new String(source, start, end - start, StandardCharsets.UTF_8);
    }

    /** As written, with the quotes. */
    String quoted() {
        int quote = kind == Kind.STRING ? 1 : 0;
        return new String(source, start - quote, end - start + 2 * quote, StandardCharsets.UTF_8);
    }

    /** The member of an object; the first of several. */
    @Nullable
    Token member(String name) {
        if (kind != Kind.OBJECT) {
            return null;
        }
        for (int i = 0; i + 1 < children.size(); i += 2) {
            if (children.get(i).is(name)) {
                return children.get(i + 1);
            }
        }
        return null;
    }

    boolean is(String text) {
        return text().equals(text);
    }

    boolean isString() {
        return kind == Kind.STRING;
    }

    boolean isNull() {
        return kind == Kind.PRIMITIVE && source[start] == 'n';
    }

    /** This value with another in the place of one of its descendants, all else byte for byte. */
    byte[] with(Token descendant, String replacement) {
        int quote = descendant.kind == Kind.STRING ? 1 : 0;
        byte[] replaced = replacement.getBytes(StandardCharsets.UTF_8);
        int head = descendant.start - quote - start;
        int tail = end - (descendant.end + quote);
        byte[] result = new byte[head + replaced.length + tail];
        System.arraycopy(source, start, result, 0, head);
        System.arraycopy(replaced, 0, result, head, replaced.length);
        System.arraycopy(source, descendant.end + quote, result, head + replaced.length, tail);
        return result;
    }

    byte[] bytes() {
        int quote = kind == Kind.STRING ? 1 : 0;
        return Arrays.copyOfRange(source, start - quote, end + quote);
    }

    JsonNode toJson() {
        return switch (kind) {
            case OBJECT -> {
                var object = Json.object();
                for (int i = 0; i + 1 < children.size(); i += 2) {
                    object.set(
                            Json.unescape(children.get(i)), children.get(i + 1).toJson());
                }
                yield object;
            }
            case ARRAY -> {
                var array = Json.array();
                children.forEach(child -> array.add(child.toJson()));
                yield array;
            }
            case STRING, PRIMITIVE -> Json.parse(quoted());
        };
    }
}

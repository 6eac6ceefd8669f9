// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.testkit.lightningd.Token.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Parses a text whose brackets and strings are known to match. */
final class TokenParser {

    private static final Pattern PRIMITIVE = Pattern.compile("true|false|null|-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");

    private final byte[] text;
    private int position;

    private TokenParser(byte[] text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException where it is no JSON */
    static Token parse(byte[] text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException("not UTF-8", malformed);
        }
        var parser = new TokenParser(text);
        parser.skipSeparators();
        return parser.value();
    }

    private Token value() {
        return switch (text[position]) {
            case '{' -> container(Kind.OBJECT, '}');
            case '[' -> container(Kind.ARRAY, ']');
            case '"' -> string();
            default -> primitive();
        };
    }

    private Token container(Kind kind, char closing) {
        int start = position++;
        List<Token> children = new ArrayList<>();
        skipSeparators();
        while (text[position] != closing) {
            var child = value();
            boolean name = kind == Kind.OBJECT && children.size() % 2 == 0;
            if (name && child.kind() != Kind.STRING) {
                throw new IllegalArgumentException("a name that is no string");
            }
            children.add(child);
            if (skipSeparators() != name && kind == Kind.OBJECT) {
                throw new IllegalArgumentException("a colon that is missing or one too many");
            }
        }
        if (kind == Kind.OBJECT && children.size() % 2 != 0) {
            throw new IllegalArgumentException("a name without a value");
        }
        return new Token(kind, text, start, ++position, List.copyOf(children));
    }

    private Token string() {
        int start = ++position;
        while (text[position] != '"') {
            position += text[position] == '\\' ? 2 : 1;
        }
        return new Token(Kind.STRING, text, start, position++, List.of());
    }

    private Token primitive() {
        int start = position;
        while (position < text.length && "\t\r\n ,]}".indexOf(text[position]) < 0) {
            position++;
        }
        var token = new Token(Kind.PRIMITIVE, text, start, position, List.of());
        if (!PRIMITIVE.matcher(token.text()).matches()) {
            throw new IllegalArgumentException("neither a number nor true, false or null");
        }
        return token;
    }

    /** Whether a colon was among them. */
    private boolean skipSeparators() {
        boolean colon = false;
        for (; position < text.length && "\t\r\n :,".indexOf(text[position]) >= 0; position++) {
            colon |= text[position] == ':';
        }
        return colon;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.jsonrpc;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;

/**
 * Finds JSON-RPC messages and their members in a stream of bytes, however it is cut. Between a message's own braces it wants JSON;
 * inside a member's value it only follows strings, bare words and nesting as lightningd does, for a plugin's sloppy result must not end the connection of all.
 */
public final class MessageScanner {

    /** The members of a message that matter. */
    public enum Member {
        ID,
        RESULT,
        ERROR,
        METHOD,
        PARAMS,
        OTHER
    }

    /** Hears of one message after the other. */
    public interface Handler {
        void member(Member member) throws ProtocolException;

        /** Bytes of the latest member's value; more may follow. */
        void value(byte[] bytes, int offset, int length) throws ProtocolException;

        void end() throws ProtocolException;
    }

    private enum State {
        BETWEEN,
        BEFORE_NAME,
        NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        SCALAR,
        STRING,
        STRUCTURE,
        WORD,
        AFTER_VALUE;

        boolean isInValue() {
            return this == SCALAR || this == STRING || this == STRUCTURE || this == WORD;
        }
    }

    private static final int LONGEST_NAME = 8;

    private final Handler handler;
    private final int deepest;
    private final byte[] name = new byte[LONGEST_NAME];
    /** For each structure that the value is inside of, whether it is an object. */
    private final BitSet objects = new BitSet();

    private final Set<Member> seen = EnumSet.noneOf(Member.class);

    private State state = State.BETWEEN;
    private int nameLength;
    private int depth;
    private boolean escaped;
    /** Where in the bytes at hand the value, or what is left of it, begins. */
    private int valueFrom;

    public MessageScanner(Handler handler) {
        this(handler, Integer.MAX_VALUE);
    }

    /** @param deepest structures within structures that a value may have */
    public MessageScanner(Handler handler, int deepest) {
        this.handler = handler;
        this.deepest = deepest;
    }

    public boolean isBetweenMessages() {
        return state == State.BETWEEN;
    }

    /** @throws ProtocolException where a message cannot be; nothing may be fed afterwards */
    public void feed(byte[] bytes, int from, int to) throws ProtocolException {
        valueFrom = from;
        int i = from;
        while (i < to) {
            i = switch (state) {
                case NAME -> name(bytes, i, to);
                case SCALAR -> scalar(bytes, i, to);
                case STRING -> string(bytes, i, to);
                case STRUCTURE -> structure(bytes, i, to);
                case WORD -> word(bytes, i, to);
                default -> punctuation(bytes, i);
            };
        }
        if (state.isInValue() && valueFrom < to) {
            handler.value(bytes, valueFrom, to - valueFrom);
        }
    }

    private int punctuation(byte[] bytes, int i) throws ProtocolException {
        byte b = bytes[i];
        if (isSpace(b)) {
            return i + 1;
        }
        switch (state) {
            case BETWEEN -> {
                expect(b == '{', "{", b);
                seen.clear();
                state = State.BEFORE_NAME;
            }
            case BEFORE_NAME -> {
                if (b == '}') {
                    endMessage();
                } else {
                    expect(b == '"', "a member's name", b);
                    nameLength = 0;
                    state = State.NAME;
                }
            }
            case AFTER_NAME -> {
                expect(b == ':', ":", b);
                state = State.BEFORE_VALUE;
            }
            case BEFORE_VALUE -> beginValue(b, i);
            default -> {
                if (b == '}') {
                    endMessage();
                } else {
                    expect(b == ',', ", or }", b);
                    state = State.BEFORE_NAME;
                }
            }
        }
        return i + 1;
    }

    private void beginValue(byte b, int i) throws ProtocolException {
        valueFrom = i;
        if (b == '"') {
            state = State.STRING;
        } else if (b == '{' || b == '[') {
            open(b);
            state = State.STRUCTURE;
        } else {
            expect(isScalar(b), "a value", b);
            state = State.SCALAR;
        }
    }

    private int name(byte[] bytes, int from, int to) throws ProtocolException {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (escaped) {
                escaped = false;
            } else if (b == '\\') {
                escaped = true;
            } else if (b == '"') {
                Member member = member();
                if (member != Member.OTHER && !seen.add(member)) {
                    throw new ProtocolException("a message has two members " + member);
                }
                state = State.AFTER_NAME;
                handler.member(member);
                return i + 1;
            }
            if (nameLength < LONGEST_NAME) {
                name[nameLength] = b;
            }
            nameLength++;
        }
        return to;
    }

    private Member member() {
        return nameLength > LONGEST_NAME
                ? Member.OTHER
                : switch (new String(name, 0, nameLength, StandardCharsets.ISO_8859_1)) {
                    case "id" -> Member.ID;
                    case "result" -> Member.RESULT;
                    case "error" -> Member.ERROR;
                    case "method" -> Member.METHOD;
                    case "params" -> Member.PARAMS;
                    default -> Member.OTHER;
                };
    }

    private int scalar(byte[] bytes, int from, int to) throws ProtocolException {
        int i = from;
        while (i < to && isScalar(bytes[i])) {
            i++;
        }
        if (i < to) {
            endValue(bytes, i);
        }
        return i;
    }

    private int string(byte[] bytes, int from, int to) throws ProtocolException {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (escaped) {
                escaped = false;
            } else if (b == '\\') {
                escaped = true;
            } else if (b == '"') {
                if (depth == 0) {
                    endValue(bytes, i + 1);
                } else {
                    state = State.STRUCTURE;
                }
                return i + 1;
            }
        }
        return to;
    }

    private int structure(byte[] bytes, int from, int to) throws ProtocolException {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            switch (b) {
                case '"' -> {
                    state = State.STRING;
                    return i + 1;
                }
                case '{', '[' -> open(b);
                case '}', ']' -> {
                    expect(objects.get(depth) == (b == '}'), objects.get(depth) ? "}" : "]", b);
                    depth--;
                    if (depth == 0) {
                        endValue(bytes, i + 1);
                        return i + 1;
                    }
                }
                case ' ', '\n', '\r', '\t', ',', ':' -> {}
                default -> {
                    state = State.WORD;
                    return i + 1;
                }
            }
        }
        return to;
    }

    /** To lightningd all that follows is of it, quotes and opening brackets too. */
    private int word(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] != ',' && bytes[i] != ']' && bytes[i] != '}' && !isSpace(bytes[i])) {
            i++;
        }
        if (i < to) {
            state = State.STRUCTURE;
        }
        return i;
    }

    private void open(byte b) throws ProtocolException {
        if (depth == deepest) {
            throw new ProtocolException("a value has more than " + deepest + " structures within each other");
        }
        depth++;
        objects.set(depth, b == '{');
    }

    private void endValue(byte[] bytes, int end) throws ProtocolException {
        state = State.AFTER_VALUE;
        if (valueFrom < end) {
            handler.value(bytes, valueFrom, end - valueFrom);
        }
    }

    private void endMessage() throws ProtocolException {
        state = State.BETWEEN;
        handler.end();
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static boolean isScalar(byte b) {
        return (b >= '0' && b <= '9')
                || (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || b == '-'
                || b == '+'
                || b == '.';
    }

    private static void expect(boolean found, String wanted, byte b) throws ProtocolException {
        if (!found) {
            throw new ProtocolException(String.format("%s was expected where byte %02x came", wanted, b));
        }
    }
}

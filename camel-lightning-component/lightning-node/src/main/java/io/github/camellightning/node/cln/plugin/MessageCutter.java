// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import io.github.camellightning.node.jsonrpc.ProtocolException;

/**
 * Finds where the messages of lightningd end, in bytes however they are cut. It takes for JSON what lightningd does, which passes on the params of others as
 * they came: a bare word goes to the next space, comma or closing bracket, whatever else is in it, and a string to the next quote that is not escaped.
 */
final class MessageCutter {

    private enum State {
        BETWEEN,
        STRUCTURE,
        STRING,
        WORD
    }

    private State state = State.BETWEEN;
    private int depth;
    private boolean escaped;

    /**
     * Looks at more bytes, each once.
     *
     * @return the index behind the message that ends first, or -1 where none does
     * @throws ProtocolException where what begins is no message
     */
    int endOfMessage(byte[] bytes, int from, int to) throws ProtocolException {
        int i = from;
        while (i < to) {
            switch (state) {
                case BETWEEN -> i = begin(bytes, i);
                case STRING -> i = string(bytes, i, to);
                case WORD -> i = word(bytes, i, to);
                case STRUCTURE -> {
                    i = structure(bytes, i, to);
                    if (depth == 0) {
                        state = State.BETWEEN;
                        return i;
                    }
                }
            }
        }
        return -1;
    }

    private int begin(byte[] bytes, int i) throws ProtocolException {
        if (bytes[i] == '{') {
            depth = 1;
            state = State.STRUCTURE;
        } else if (!isSpace(bytes[i])) {
            throw new ProtocolException(String.format("{ was expected where byte %02x came", bytes[i]));
        }
        return i + 1;
    }

    private int structure(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            switch (bytes[i]) {
                case '"' -> {
                    state = State.STRING;
                    return i + 1;
                }
                case '{', '[' -> depth++;
                case '}', ']' -> {
                    depth--;
                    if (depth == 0) {
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

    private int string(byte[] bytes, int from, int to) {
        int i = from;
        if (escaped) {
            escaped = false;
            i++;
        }
        // most of what lightningd says is hex
        while (i < to && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        if (i < to && bytes[i] == '"') {
            state = State.STRUCTURE;
            return i + 1;
        }
        escaped = i < to;
        return escaped ? i + 1 : to;
    }

    private int word(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && !endsWord(bytes[i])) {
            i++;
        }
        if (i < to) {
            state = State.STRUCTURE;
        }
        return i;
    }

    static boolean endsWord(byte b) {
        return b == ',' || b == ']' || b == '}' || isSpace(b);
    }

    static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.util.ArrayDeque;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Follows brackets, strings and primitives through a growing text and finds where its top-level values end. */
final class Structure {

    private enum Inside {
        NOTHING,
        STRING,
        ESCAPE,
        PRIMITIVE
    }

    private final BitSet objects = new BitSet();
    private final ArrayDeque<Integer> ends = new ArrayDeque<>();
    private int depth;
    private int position;
    private Inside inside = Inside.NOTHING;

    /** Where the first value ends, exclusive; null where it is not complete. */
    @Nullable
    Integer end() {
        return ends.peekFirst();
    }

    /** The next value is the first now. */
    void next() {
        ends.removeFirst();
    }

    /** So many bytes were cut off the front of the text. */
    void shift(int count) {
        position -= count;
        for (int i = ends.size(); i > 0; i--) {
            ends.addLast(ends.removeFirst() - count);
        }
    }

    /** Goes on from where it was. False where this can become no JSON, whatever follows. */
    boolean scan(byte[] text, int length) {
        for (; position < length && text[position] != 0; position++) {
            byte b = text[position];
            boolean good =
                    switch (inside) {
                        case STRING -> inString(b);
                        case ESCAPE -> escaped(b);
                        case PRIMITIVE -> inPrimitive(b);
                        case NOTHING -> between(b);
                    };
            if (!good) {
                return false;
            }
        }
        return true;
    }

    private boolean inString(byte b) {
        if (b == '\\') {
            inside = Inside.ESCAPE;
        } else if (b == '"') {
            inside = Inside.NOTHING;
            valueEnds(position + 1);
        }
        return true;
    }

    private boolean escaped(byte b) {
        inside = Inside.STRING;
        return "\"/\\bfrntu".indexOf(b) >= 0;
    }

    private boolean inPrimitive(byte b) {
        if ("\t\r\n ,]}".indexOf(b) < 0) {
            return b >= ' ' && b != 127;
        }
        inside = Inside.NOTHING;
        valueEnds(position);
        return between(b);
    }

    private boolean between(byte b) {
        switch (b) {
            case '{', '[' -> objects.set(depth++, b == '{');
            case '}', ']' -> {
                if (depth == 0 || objects.get(depth - 1) != (b == '}')) {
                    return false;
                }
                depth--;
                valueEnds(position + 1);
            }
            case '"' -> inside = Inside.STRING;
            case '\t', '\r', '\n', ' ', ':', ',' -> {}
            default -> {
                if ("-0123456789tfn".indexOf(b) < 0) {
                    return false;
                }
                inside = Inside.PRIMITIVE;
            }
        }
        return true;
    }

    private void valueEnds(int at) {
        if (depth == 0) {
            ends.addLast(at);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/** A set of message types, written {@code 0x8001,40000-40100}. */
public final class TypeRanges {

    /** Both ends belong to it. */
    public record Range(int first, int last) {}

    /** All that a user may mean: nothing that BOLTs reserve, nothing of commando's. */
    public static final TypeRanges DEFAULT = new TypeRanges(defaultTypes());

    public static final TypeRanges NONE = new TypeRanges(new BitSet());

    private final BitSet types;

    private TypeRanges(BitSet types) {
        this.types = types;
    }

    public static TypeRanges of(int... types) {
        var set = new BitSet();
        for (int type : types) {
            set.set(MessageTypes.requireInRange(type));
        }
        return new TypeRanges(set);
    }

    /** @throws InvalidMessageException where a part is no type and no range of types */
    public static TypeRanges parse(String text) {
        var set = new BitSet();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = MessageTypes.parse(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : MessageTypes.parse(part.substring(dash + 1));
            if (last < first) {
                throw new InvalidMessageException(
                        "Invalid range of message types '" + Escaped.of(part, 40) + "': it ends before it starts");
            }
            set.set(first, last + 1);
        }
        return new TypeRanges(set);
    }

    public boolean contains(int type) {
        return types.get(type);
    }

    /** The lowest type that both have. */
    OptionalInt firstOfBoth(TypeRanges other) {
        var both = (BitSet) types.clone();
        both.and(other.types);
        return both.isEmpty() ? OptionalInt.empty() : OptionalInt.of(both.nextSetBit(0));
    }

    public boolean isEmpty() {
        return types.isEmpty();
    }

    /** Ascending, none touching the next. */
    public List<Range> ranges() {
        var ranges = new ArrayList<Range>();
        for (int first = types.nextSetBit(0); first >= 0; ) {
            int end = types.nextClearBit(first);
            ranges.add(new Range(first, end - 1));
            first = types.nextSetBit(end);
        }
        return List.copyOf(ranges);
    }

    private static BitSet defaultTypes() {
        var set = new BitSet();
        set.set(MessageTypes.FIRST_UNRESERVED, MessageTypes.LAST + 1);
        set.clear(MessageTypes.COMMANDO_REQUEST_MORE);
        set.clear(MessageTypes.COMMANDO_REQUEST_LAST);
        set.clear(MessageTypes.COMMANDO_REPLY_MORE);
        set.clear(MessageTypes.COMMANDO_REPLY_LAST);
        return set;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TypeRanges that && types.equals(that.types);
    }

    @Override
    public int hashCode() {
        return types.hashCode();
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (Range range : ranges()) {
            text.append(text.isEmpty() ? "" : ",").append(range.first());
            if (range.last() > range.first()) {
                text.append('-').append(range.last());
            }
        }
        return text.toString();
    }
}

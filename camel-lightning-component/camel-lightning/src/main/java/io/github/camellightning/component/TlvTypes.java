// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.InvalidMessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A set of TLV types, which are unsigned numbers of 64 bits, written {@code 0-2,65537}. */
final class TlvTypes {

    private static final Pattern PART = Pattern.compile("([0-9]{1,20})(?:-([0-9]{1,20}))?");

    /** Both ends belong to it. */
    private record Range(long first, long last) {

        boolean contains(long type) {
            return Long.compareUnsigned(first, type) <= 0 && Long.compareUnsigned(type, last) <= 0;
        }
    }

    private final List<Range> ranges;

    private TlvTypes(List<Range> ranges) {
        this.ranges = ranges;
    }

    /** @throws InvalidMessageException where a part is no type and no range of types */
    static TlvTypes parse(String text) {
        var ranges = new ArrayList<Range>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = PART.matcher(part.trim());
            if (!matcher.matches()) {
                throw invalid(text);
            }
            try {
                long first = Long.parseUnsignedLong(matcher.group(1));
                long last = matcher.group(2) == null ? first : Long.parseUnsignedLong(matcher.group(2));
                if (Long.compareUnsigned(first, last) > 0) {
                    throw invalid(text);
                }
                ranges.add(new Range(first, last));
            } catch (NumberFormatException tooLarge) {
                throw invalid(text);
            }
        }
        return new TlvTypes(List.copyOf(ranges));
    }

    private static InvalidMessageException invalid(String text) {
        return new InvalidMessageException("Option knownTypes is '" + text
                + "': TLV types within 0 to 2^64-1 or ranges of them, separated by commas, like 0-2,65537");
    }

    boolean contains(long type) {
        return ranges.stream().anyMatch(range -> range.contains(type));
    }
}

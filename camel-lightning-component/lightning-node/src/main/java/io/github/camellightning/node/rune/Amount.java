// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The number of {@code rate} or {@code per}, and what stands behind it. */
record Amount(long number, String unit) {

    private static final Pattern INTEGER = Pattern.compile("[ \t\n\u000b\f\r]*([-+]?[0-9]{1,40})");
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,40})([a-z]*)");
    private static final long END = 0xffff_ffffL;

    /** Null where it is no number, or not within 1 to 2^32 - 2. */
    static @Nullable Amount of(String text) {
        var parts = AMOUNT.matcher(text);
        Long number = parts.matches() ? integer(parts.group(1)) : null;
        return number == null || number == 0 || number >= END ? null : new Amount(number, parts.group(2));
    }

    /** Null where it is none of 64 bits. */
    static @Nullable Long integer(String text) {
        var parts = INTEGER.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        try {
            return Long.valueOf(parts.group(1));
        } catch (NumberFormatException tooLarge) {
            return null;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import org.jspecify.annotations.Nullable;

/**
 * One of the conditions of a {@link Restriction}: {@code method^list}.
 *
 * @param field any characters but NUL and ASCII punctuation, of which {@code _} alone may be there
 * @param value any characters but NUL, without the escapes that it has within a rune
 */
public record Alternative(String field, Condition condition, String value) {

    private static final int MAX_QUOTED = 100;
    /** Comparisons that take no time. */
    private static final long FEW = 1 << 20;

    /** @throws InvalidMessageException naming the rule */
    public Alternative {
        if (field.isEmpty() || fieldLength(field, 0) < field.length() || field.indexOf('\0') >= 0) {
            throw new InvalidMessageException("Invalid restriction, field '" + Escaped.of(field, MAX_QUOTED)
                    + "': a field has at least one character, and no punctuation but _");
        }
        if (value.indexOf('\0') >= 0) {
            throw new InvalidMessageException(
                    "Invalid restriction of " + Escaped.of(field, MAX_QUOTED) + ": its value has a NUL character");
        }
    }

    /**
     * As {@code createrune} takes it, without escapes: {@code method^list}.
     *
     * @throws InvalidMessageException naming the rule
     */
    public static Alternative of(String text) {
        int length = fieldLength(text, 0);
        Condition condition = length < text.length() ? Condition.of(text.charAt(length)) : null;
        if (condition == null) {
            throw new InvalidMessageException("Invalid restriction '" + Escaped.of(text, MAX_QUOTED)
                    + "': a field, one of ! = / ^ $ ~ < > { } #, and a value, like method^list");
        }
        return new Alternative(text.substring(0, length), condition, text.substring(length + 1));
    }

    /** Of the field that begins there. */
    static int fieldLength(String text, int from) {
        int i = from;
        while (i < text.length() && !endsField(text.charAt(i))) {
            i++;
        }
        return i - from;
    }

    /** ASCII punctuation but _, as the C locale knows it. */
    static boolean endsField(char c) {
        return c > ' ' && c < 0x7f && c != '_' && !isLetterOrDigit(c);
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    void encode(StringBuilder into) {
        into.append(field).append(condition.symbol());
        escape(value, into);
    }

    static void escape(String value, StringBuilder into) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' || c == '|' || c == '&') {
                into.append('\\');
            }
            into.append(c);
        }
    }

    /** In lightningd's words. */
    public String english() {
        return switch (condition) {
            case MISSING -> field + " is missing";
            case COMMENT -> "comment: " + field + " " + value;
            case EQUAL -> field + " equal to " + value;
            case NOT_EQUAL -> field + " unequal to " + value;
            case STARTS_WITH -> field + " starts with " + value;
            case ENDS_WITH -> field + " ends with " + value;
            case CONTAINS -> field + " contains " + value;
            case LESS, GREATER -> field + " " + condition.symbol() + " " + value;
            case SORTS_BEFORE -> field + " sorts before " + value;
            case SORTS_AFTER -> field + " sorts after " + value;
        };
    }

    /** Why it does not hold, in lightningd's words; null where it does. */
    @Nullable
    String complaint(@Nullable Value given) {
        if (condition == Condition.COMMENT) {
            return null;
        }
        if (given instanceof Value.Unusable unusable) {
            return unusable.complaint();
        }
        if (condition == Condition.MISSING) {
            return given == null ? null : field + " is present";
        }
        if (given == null) {
            return field + " not present";
        }
        return switch (condition) {
            case LESS, GREATER -> ordered(given);
            default -> compared(given.text());
        };
    }

    private @Nullable String ordered(Value given) {
        if (!(given instanceof Value.Int number)) {
            return field + " is not an integer field";
        }
        Long limit = Amount.integer(value);
        if (limit == null) {
            return value + " is not a valid integer";
        }
        return condition == Condition.LESS
                ? unless(number.number() < limit, "is greater or equal to")
                : unless(number.number() > limit, "is less or equal to");
    }

    private @Nullable String compared(String text) {
        return switch (condition) {
            case EQUAL -> unless(text.equals(value), "is not equal to");
            case NOT_EQUAL -> unless(!text.equals(value), "is equal to");
            case STARTS_WITH -> unless(text.startsWith(value), "does not start with");
            case ENDS_WITH -> unless(text.endsWith(value), "does not end with");
            case CONTAINS -> unless(contains(text, value), "does not contain");
            case SORTS_BEFORE -> unless(compareAsUtf8(text, value) < 0, "is equal to or ordered after");
            case SORTS_AFTER -> unless(compareAsUtf8(text, value) > 0, "is equal to or ordered before");
            case MISSING, LESS, GREATER, COMMENT -> throw new IllegalStateException(condition + " compares no text");
        };
    }

    /** Both may be strangers': as Knuth, Morris and Pratt do it, no text takes longer than its length. */
    private static boolean contains(String text, String part) {
        if ((long) text.length() * part.length() <= FEW) {
            return text.contains(part);
        }
        var shorter = new int[part.length()];
        for (int i = 1; i < part.length(); i++) {
            shorter[i] = matched(part, shorter, shorter[i - 1], part.charAt(i));
        }
        int matched = 0;
        for (int i = 0; i < text.length() && matched < part.length(); i++) {
            matched = matched(part, shorter, matched, text.charAt(i));
        }
        return matched == part.length();
    }

    private static int matched(String part, int[] shorter, int before, char next) {
        int matched = before;
        while (matched > 0 && part.charAt(matched) != next) {
            matched = shorter[matched - 1];
        }
        return part.charAt(matched) == next ? matched + 1 : matched;
    }

    /** UTF-16 sorts characters beyond U+FFFF before some that UTF-8 sorts after. */
    private static int compareAsUtf8(String left, String right) {
        int i = 0;
        while (i < left.length() && i < right.length() && left.charAt(i) == right.charAt(i)) {
            i++;
        }
        if (i == left.length() || i == right.length()) {
            return left.length() - right.length();
        }
        char l = left.charAt(i);
        char r = right.charAt(i);
        boolean oneIsSurrogate = Character.isSurrogate(l) != Character.isSurrogate(r);
        return oneIsSurrogate ? (Character.isSurrogate(l) ? 1 : -1) : l - r;
    }

    private @Nullable String unless(boolean holds, String complaint) {
        return holds ? null : field + " " + complaint + " " + value;
    }

    /** As a rune has it, with escapes. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        encode(text);
        return text.toString();
    }
}

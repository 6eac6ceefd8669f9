// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.nio.charset.StandardCharsets;

/** Text of strangers made safe for a log line or an exception: one line, printable, bounded. */
public final class Escaped {

    private Escaped() {}

    /** Control, format and non-ASCII characters become {@code \}{@code uXXXX}; what exceeds {@code limit} characters is cut. */
    public static String of(String text, int limit) {
        var escaped = new StringBuilder(Math.min(text.length(), limit) + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String next =
                    c == '\\' ? "\\\\" : c >= ' ' && c < 0x7f ? String.valueOf(c) : String.format("\\u%04x", (int) c);
            if (escaped.length() + next.length() > limit) {
                return escaped.append("...").toString();
            }
            escaped.append(next);
        }
        return escaped.toString();
    }

    /** Whole, and in its own letters: only what is no visible character becomes {@code \}{@code uXXXX}. */
    public static String controls(String text) {
        var escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    escaped.append(String.format("\\u%04x", (int) c));
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** The same as the first for bytes that ought to be UTF-8. */
    public static String of(byte[] text, int limit) {
        int length = Math.min(text.length, 4 * limit);
        return of(new String(text, 0, length, StandardCharsets.UTF_8), limit);
    }
}

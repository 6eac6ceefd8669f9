// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an envelope says of its body. Each text has at most 255 bytes of UTF-8.
 *
 * @param name of a file, say: its last segment, without what could lead out of a folder
 * @param expiresAt milliseconds since 1970; handled after that it would be of no use; 0: never
 * @param traceparent W3C Trace Context
 */
public record EnvelopeLabels(
        @Nullable String contentType,
        @Nullable String name,
        long expiresAt,
        @Nullable String traceparent) {

    public static final EnvelopeLabels NONE = new EnvelopeLabels(null, null, 0, null);

    static final int MAX_BYTES = 255;
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    /** @throws InvalidMessageException where a text is too long, or the traceparent not one */
    public EnvelopeLabels {
        requireShort("content type", contentType);
        requireShort("name", name);
        if (traceparent != null && !TRACEPARENT.matcher(traceparent).matches()) {
            throw new InvalidMessageException("Invalid traceparent of " + traceparent.length()
                    + " characters: it reads 00-<32 hex digits>-<16 hex digits>-<2 hex digits>");
        }
        if (expiresAt < 0) {
            throw new InvalidMessageException(
                    "Invalid expiry " + expiresAt + ": milliseconds since 1970, or 0 for never");
        }
    }

    private static void requireShort(String label, @Nullable String text) {
        if (text != null && bytes(text).length > MAX_BYTES) {
            throw new InvalidMessageException(
                    "The " + label + " of an envelope has " + bytes(text).length + " bytes: the limit is " + MAX_BYTES);
        }
    }

    /** Of what a peer says: what would be wrong is left out. */
    static EnvelopeLabels received(
            @Nullable String contentType, @Nullable String name, long expiresAt, @Nullable String traceparent) {
        return new EnvelopeLabels(
                contentType == null ? null : printable(contentType),
                name == null ? null : safeName(name),
                Math.max(0, expiresAt),
                traceparent != null && TRACEPARENT.matcher(traceparent).matches() ? traceparent : null);
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "_");
    }

    /** No folder, no drive, nothing hidden, nothing that a terminal or a file system takes for more than a letter. */
    private static @Nullable String safeName(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        String safe = last.replaceAll("[\\p{C}\\p{Z}&&[^ ]]|[:*?\"<>|]", "_").strip();
        int visible = 0;
        while (visible < safe.length() && safe.charAt(visible) == '.') {
            visible++;
        }
        safe = safe.substring(visible);
        return safe.isEmpty() || bytes(safe).length > MAX_BYTES ? null : safe;
    }

    boolean isExpired(long nowMillis) {
        return expiresAt != 0 && nowMillis > expiresAt;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

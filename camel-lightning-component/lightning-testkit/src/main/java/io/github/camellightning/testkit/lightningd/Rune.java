// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token of Core Lightning: a SHA-256 state that grew with each restriction, and the restrictions, all of which
 * must hold. Its strings have a character for each byte.
 */
record Rune(Sha256State state, List<List<Alternative>> restrictions) {

    private static final int DIGEST_LENGTH = 32;
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~";
    private static final String CONDITIONS = "!=/^$~<>{}#";

    /** One of the conditions of a restriction; one of them must hold. */
    record Alternative(String field, char condition, String value) {

        boolean isUniqueId() {
            return field.isEmpty();
        }

        String encoded() {
            var text = new StringBuilder(field).append(condition);
            for (char c : value.toCharArray()) {
                if ("\\|&".indexOf(c) >= 0) {
                    text.append('\\');
                }
                text.append(c);
            }
            return text.toString();
        }

        /** As it stands in a {@code createrune}, where only JSON escapes; null where it is none. */
        static @Nullable Alternative parse(String text) {
            int length = fieldLength(text, 0);
            if (length == 0 || length == text.length() || CONDITIONS.indexOf(text.charAt(length)) < 0) {
                return null;
            }
            return new Alternative(text.substring(0, length), text.charAt(length), text.substring(length + 1));
        }
    }

    /** The secret and nothing else. */
    static Rune master(byte[] secret) {
        return new Rune(Sha256State.initial().add(secret), List.of());
    }

    /** Null where it is none: not base64url, too short, a restriction that cannot be read, an id in the wrong place. */
    static @Nullable Rune parse(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        if (bytes.length < DIGEST_LENGTH) {
            return null;
        }
        var text = latin1(Arrays.copyOfRange(bytes, DIGEST_LENGTH, bytes.length));
        if (text.indexOf('\0') >= 0) {
            return null;
        }
        var restrictions = new Parser(text).restrictions();
        if (restrictions == null) {
            return null;
        }
        long length = Sha256State.BLOCK;
        for (var restriction : restrictions) {
            length += Sha256State.padded(encoded(restriction).length);
        }
        return new Rune(new Sha256State(Arrays.copyOf(bytes, DIGEST_LENGTH), length), restrictions);
    }

    Rune with(List<Alternative> restriction) {
        var more = new ArrayList<>(restrictions);
        more.add(restriction);
        return new Rune(state.add(encoded(restriction)), List.copyOf(more));
    }

    Rune withUniqueId(long id) {
        return with(List.of(new Alternative("", '=', Long.toString(id))));
    }

    String base64() {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(state.digest());
        for (int i = 0; i < restrictions.size(); i++) {
            if (i > 0) {
                bytes.write('&');
            }
            bytes.writeBytes(encoded(restrictions.get(i)));
        }
        return Base64.getUrlEncoder().encodeToString(bytes.toByteArray());
    }

    /** As text: whoever made the rune may have put anything there. */
    @Nullable
    String uniqueId() {
        return idPart(0);
    }

    @Nullable
    String version() {
        return idPart(1);
    }

    private @Nullable String idPart(int part) {
        if (restrictions.isEmpty() || !restrictions.get(0).get(0).isUniqueId()) {
            return null;
        }
        var parts = restrictions.get(0).get(0).value().split("-", 2);
        return part < parts.length ? parts[part] : null;
    }

    /** Without that of the id. */
    List<List<Alternative>> conditions() {
        return restrictions.stream()
                .filter(restriction -> !restriction.get(0).isUniqueId())
                .toList();
    }

    /** Why this is no rune of that master; null where it is. */
    @Nullable
    String notDerivedFrom(Rune master) {
        if (version() != null) {
            return "Version mismatch";
        }
        var derived = master;
        for (var restriction : restrictions) {
            derived = derived.with(restriction);
        }
        return Arrays.equals(derived.state.digest(), state.digest()) ? null : "Not derived from master";
    }

    static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static String latin1(String text) {
        return latin1(text.getBytes(StandardCharsets.UTF_8));
    }

    static String utf8(String latin1) {
        return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static byte[] encoded(List<Alternative> restriction) {
        var text =
                String.join("|", restriction.stream().map(Alternative::encoded).toList());
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static int fieldLength(String text, int from) {
        int i = from;
        while (i < text.length() && PUNCTUATION.indexOf(text.charAt(i)) < 0) {
            i++;
        }
        return i - from;
    }

    private static final class Parser {
        private final String text;
        private int position;

        private Parser(String text) {
            this.text = text;
        }

        private @Nullable List<List<Alternative>> restrictions() {
            List<List<Alternative>> restrictions = new ArrayList<>();
            while (position < text.length()) {
                var restriction = restriction();
                if (restriction == null) {
                    return null;
                }
                boolean id = restriction.stream().anyMatch(Alternative::isUniqueId);
                boolean inItsPlace = restrictions.isEmpty()
                        && restriction.size() == 1
                        && restriction.get(0).condition() == '=';
                if (id && !inItsPlace) {
                    return null;
                }
                restrictions.add(restriction);
            }
            return List.copyOf(restrictions);
        }

        private @Nullable List<Alternative> restriction() {
            List<Alternative> alternatives = new ArrayList<>();
            boolean more = true;
            while (more) {
                int length = fieldLength(text, position);
                int condition = position + length;
                if (condition >= text.length() || CONDITIONS.indexOf(text.charAt(condition)) < 0) {
                    return null;
                }
                var field = text.substring(position, condition);
                position = condition + 1;
                var value = new StringBuilder();
                more = false;
                for (; position < text.length(); position++) {
                    char c = text.charAt(position);
                    if (c == '|' || c == '&') {
                        more = c == '|';
                        position++;
                        break;
                    }
                    if (c == '\\' && ++position == text.length()) {
                        return null;
                    }
                    value.append(text.charAt(position));
                }
                alternatives.add(new Alternative(field, text.charAt(condition), value.toString()));
            }
            return List.copyOf(alternatives);
        }
    }
}

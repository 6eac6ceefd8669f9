// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.MessageTypes;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values of options, refused by name. */
final class Options {

    private Options() {}

    /** @throws IllegalArgumentException naming the option and the rule that its value breaks */
    static <T> T parse(String option, String value, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (InvalidMessageException invalid) {
            throw new IllegalArgumentException("Option " + option + ": " + invalid.getMessage(), invalid);
        }
    }

    static <T> @Nullable T parseOptional(String option, @Nullable String value, Function<String, T> parser) {
        return value == null ? null : parse(option, value, parser);
    }

    /** A type that may be sent, for {@link #parse}. */
    static int sendableType(String text) {
        int type = MessageTypes.parse(text);
        MessageTypes.requireSendable(type, false);
        return type;
    }

    static void requireAtLeast(long least, String option, long value) {
        if (value < least) {
            throw new IllegalArgumentException("Option " + option + " is " + value + ": it must be at least " + least);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import org.jspecify.annotations.Nullable;

/** How a field is held against a value. */
public enum Condition {
    /** There is no such field. */
    MISSING('!'),
    EQUAL('='),
    NOT_EQUAL('/'),
    STARTS_WITH('^'),
    ENDS_WITH('$'),
    CONTAINS('~'),
    /** Integers of 64 bits. */
    LESS('<'),
    GREATER('>'),
    /** As UTF-8 sorts. */
    SORTS_BEFORE('{'),
    SORTS_AFTER('}'),
    /** Always holds. */
    COMMENT('#');

    private static final Condition[] VALUES = values();

    private final char symbol;

    Condition(char symbol) {
        this.symbol = symbol;
    }

    /** As runes write it. */
    public char symbol() {
        return symbol;
    }

    static @Nullable Condition of(char symbol) {
        for (Condition condition : VALUES) {
            if (condition.symbol == symbol) {
                return condition;
            }
        }
        return null;
    }
}

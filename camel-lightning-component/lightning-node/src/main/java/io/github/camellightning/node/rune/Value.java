// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

/** What a field stands for when a rune is checked. */
public sealed interface Value {

    /** For conditions that compare text. */
    String text();

    record Text(String text) implements Value {}

    /** The only kind that {@code <} and {@code >} compare. */
    record Int(long number) implements Value {
        @Override
        public String text() {
            return Long.toString(number);
        }
    }

    /**
     * It cannot be told, so nothing but a comment holds.
     *
     * @param complaint why
     */
    record Unusable(String complaint) implements Value {
        @Override
        public String text() {
            return "";
        }
    }
}

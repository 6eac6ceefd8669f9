// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

/**
 * What a page shows as code.
 *
 * @param line of the page, where it begins
 * @param language as the page says; empty where it says nothing
 */
record CodeBlock(Page page, int line, String language, String text) {

    /** Whether the page shows a source file, which is compiled and tried where it belongs. */
    boolean isIncluded() {
        return text.startsWith("include::");
    }

    /** Good for the name of a class. */
    String id() {
        return (page.name() + "_" + line).replaceAll("\\W", "_");
    }

    @Override
    public String toString() {
        return page.name() + ":" + line + " " + language;
    }
}

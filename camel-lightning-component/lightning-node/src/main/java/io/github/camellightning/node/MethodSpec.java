// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/**
 * A command to be.
 *
 * @param name lower case letters, digits, {@code -} and {@code _}
 * @param usage the names of its params as {@code help} shows them, optional ones in brackets: {@code orderid [limit]}
 * @param description one sentence
 */
public record MethodSpec(String name, String usage, String description) {

    /** @throws InvalidMessageException naming the rule */
    public MethodSpec {
        if (!name.matches("[a-z][a-z0-9_-]*")) {
            throw new InvalidMessageException("Invalid method name " + Escaped.of(name, 100)
                    + ": a lower case letter, then lower case letters, digits, - and _");
        }
    }
}

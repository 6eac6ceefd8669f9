// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import org.jspecify.annotations.Nullable;

/**
 * A method that a node is to answer for its peers.
 *
 * @param name printable ASCII without spaces, quotes and backslashes
 * @param usage the names of its params, optional ones in brackets: {@code orderid [limit]}
 * @param description one sentence; null: none
 */
public record ServedMethod(
        String name, String usage, @Nullable String description) {

    /** @throws InvalidMessageException naming the rule */
    public ServedMethod {
        // as those who call it may name it
        MethodCall.of(name, Json.emptyObject());
    }
}

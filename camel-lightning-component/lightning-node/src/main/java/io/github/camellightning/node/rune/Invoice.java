// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.NodeId;
import org.jspecify.annotations.Nullable;

/** What runes ask of an invoice, whose signature is verified. What it does not say is null. */
sealed interface Invoice permits Bolt11, Bolt12 {

    @Nullable
    Long millisatoshi();

    @Nullable
    String description();

    /** Who is to be paid. */
    @Nullable
    NodeId node();

    /**
     * Reads either kind.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static Invoice parse(String text) {
        return Bolt12.is(text) ? Bolt12.parse(text) : Bolt11.parse(text);
    }
}

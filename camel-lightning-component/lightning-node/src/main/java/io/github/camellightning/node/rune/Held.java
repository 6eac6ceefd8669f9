// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import org.jspecify.annotations.Nullable;

/** Restrictions held against a request, but for {@code rate} and {@code per}: these are asked of a {@link Usage}, which takes no time. */
@FunctionalInterface
interface Held {

    /** In lightningd's words; null where all are met. */
    @Nullable
    String complaint(Usage usage);
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import org.jspecify.annotations.Nullable;

/** What a rune's restrictions are held against. */
@FunctionalInterface
public interface Values {

    /** Null where there is no such field. {@code rate} and {@code per} are asked of the {@link Usage}. */
    @Nullable
    Value of(String field);
}

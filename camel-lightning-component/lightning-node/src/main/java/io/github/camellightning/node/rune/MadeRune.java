// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One of the runes that {@link Runes} made.
 *
 * @param id by which it is revoked
 * @param lastUsed when it, or one derived from it, was used last, give or take ten seconds; null: never
 */
public record MadeRune(
        long id, Rune rune, boolean revoked, @Nullable Instant lastUsed) {}

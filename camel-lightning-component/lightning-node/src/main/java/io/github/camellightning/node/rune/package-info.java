// SPDX-License-Identifier: Apache-2.0
/**
 * Runes, the bearer tokens of Core Lightning ({@code lightning-createrune(7)}): {@link io.github.camellightning.node.rune.Rune} is one, {@link
 * io.github.camellightning.node.rune.Runes} makes, checks and revokes those of a secret.
 */
@NullMarked
package io.github.camellightning.node.rune;

import org.jspecify.annotations.NullMarked;

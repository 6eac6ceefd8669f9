// SPDX-License-Identifier: Apache-2.0
/**
 * The seam between those who use a Lightning node and the kinds of node there are: {@link LightningNode}, its values and its errors.
 */
@NullMarked
package io.github.camellightning.node;

import org.jspecify.annotations.NullMarked;

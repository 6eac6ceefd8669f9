// SPDX-License-Identifier: Apache-2.0
/** BOLT 1: BigSize and TLV streams. */
@NullMarked
package io.github.camellightning.node.wire;

import org.jspecify.annotations.NullMarked;

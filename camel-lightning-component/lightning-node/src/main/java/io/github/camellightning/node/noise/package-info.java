// SPDX-License-Identifier: Apache-2.0
/** BOLT 8: the handshake and the cipher of the transport. */
@NullMarked
package io.github.camellightning.node.noise;

import org.jspecify.annotations.NullMarked;

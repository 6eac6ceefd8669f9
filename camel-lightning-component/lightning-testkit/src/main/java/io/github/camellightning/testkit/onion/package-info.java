// SPDX-License-Identifier: Apache-2.0
/**
 * The onions of BOLT 4, as bytes: those of payments, with the failures that come back, and those of messages. Nothing here knows of a node, of channels or of
 * JSON.
 */
@NullMarked
package io.github.camellightning.testkit.onion;

import org.jspecify.annotations.NullMarked;

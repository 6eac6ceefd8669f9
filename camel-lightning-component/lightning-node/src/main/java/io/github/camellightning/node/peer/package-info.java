// SPDX-License-Identifier: Apache-2.0
/** The native peer: this JVM speaks BOLT 8 and BOLT 1 itself. */
@NullMarked
package io.github.camellightning.node.peer;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/** Core Lightning as the node: a running lightningd, by JSON-RPC over its Unix socket and as one of its plugins. */
@NullMarked
package io.github.camellightning.node.cln;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/** Being a plugin of lightningd: manifest, hooks, notifications; over its stdin and stdout or through a relay. */
@NullMarked
package io.github.camellightning.node.cln.plugin;

import org.jspecify.annotations.NullMarked;

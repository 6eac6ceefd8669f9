// SPDX-License-Identifier: Apache-2.0
/** The Camel component {@code lightning}: URIs, exchanges and lifecycle around a {@link io.github.camellightning.node.LightningNode}. */
@NullMarked
package io.github.camellightning.component;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import org.jspecify.annotations.Nullable;

/** Where an endpoint sends, as far as its options say. */
record Destination(@Nullable NodeId peer, @Nullable Integer type) {}

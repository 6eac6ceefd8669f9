// SPDX-License-Identifier: Apache-2.0
/**
 * Acknowledged delivery: envelopes of any size in custom messages, acknowledged by whoever handled them, on any kind of node. {@link
 * io.github.camellightning.node.delivery.EnvelopeSender} and {@link io.github.camellightning.node.delivery.EnvelopeReceiver} are the two ends.
 */
@NullMarked
package io.github.camellightning.node.delivery;

import org.jspecify.annotations.NullMarked;

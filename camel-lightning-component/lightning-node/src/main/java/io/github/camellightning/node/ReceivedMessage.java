// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.time.Instant;

/** A message and who sent it; the time is this node's, when it had the whole message. */
public record ReceivedMessage(NodeId peer, CustomMessage message, Instant receivedAt) {}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.noise;

import io.github.camellightning.node.NodeId;

/**
 * What a handshake ends in.
 *
 * @param remote who is at the other end, proven
 * @param actThree 66 bytes that the initiator has yet to send; empty for the responder
 */
@SuppressWarnings("ArrayRecordComponent") // bytes for the socket, read once, compared by nobody
public record Completed(NodeId remote, byte[] actThree, SendCipher sender, ReceiveCipher receiver) {}

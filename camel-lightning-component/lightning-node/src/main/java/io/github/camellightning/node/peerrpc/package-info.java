// SPDX-License-Identifier: Apache-2.0
/**
 * JSON-RPC 2.0 between peers, over the messages of one type, on any kind of node: {@link io.github.camellightning.node.peerrpc.PeerRpc} calls the methods
 * of peers and has them call those of this node. With {@link io.github.camellightning.node.peerrpc.PeerRpcRules#LSPS0} it speaks bLIP-50.
 */
@NullMarked
package io.github.camellightning.node.peerrpc;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/**
 * A client of Core Lightning's JSON-RPC over its Unix socket: {@link io.github.camellightning.node.cln.rpc.RpcClient}. It knows JSON-RPC and
 * its transport, and no command of the daemon's.
 */
@NullMarked
package io.github.camellightning.node.cln.rpc;

import org.jspecify.annotations.NullMarked;

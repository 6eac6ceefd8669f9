// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.commando.CommandoClient;
import io.github.camellightning.node.commando.CommandoServer;
import io.github.camellightning.node.noise.NodeKey;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of a running node share.
 *
 * @param server null where it answers no methods
 */
record PeerContext(
        NodeKey key,
        PeerSettings settings,
        MessageDispatcher dispatcher,
        CommandoClient commando,
        @Nullable CommandoServer server,
        PeerLog log,
        Executor worker,
        FastThreadLocal<Workspace> workspaces) {

    NodeId self() {
        return key.nodeId();
    }

    PeerLimits limits() {
        return settings.limits();
    }
}

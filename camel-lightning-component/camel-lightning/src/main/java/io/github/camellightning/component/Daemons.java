// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.DaemonNode;
import io.github.camellightning.node.LightningNode;

/** Nodes that have a daemon. */
final class Daemons {

    private Daemons() {}

    /** @throws IllegalArgumentException where the node has none */
    static DaemonNode require(LightningNode node, LightningEndpoint endpoint) {
        if (node instanceof DaemonNode daemon) {
            return daemon;
        }
        throw new IllegalArgumentException("lightning:" + endpoint.getOperation() + "/" + endpoint.getName()
                + " wants a node with a daemon, a CoreLightningNode, and the node is a "
                + node.getClass().getSimpleName() + ": name another with the option node");
    }
}

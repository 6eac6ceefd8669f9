// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.cln.CoreLightningNode;
import org.jspecify.annotations.Nullable;

/** The one place of the component that knows a kind of node: that which its own options describe. */
final class DescribedNode {

    private DescribedNode() {}

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    static LightningNode create(@Nullable String lightningDir, @Nullable String network, @Nullable String rpcFile) {
        var node = new CoreLightningNode();
        node.setLightningDir(lightningDir);
        node.setRpcFile(rpcFile);
        if (network != null) {
            node.setNetwork(network);
        }
        return node;
    }
}

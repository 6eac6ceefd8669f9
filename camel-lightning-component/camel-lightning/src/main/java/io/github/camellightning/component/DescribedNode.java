// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.cln.CoreLightningNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one place of the component that knows a kind of node: that which its own options describe. */
final class DescribedNode {

    private static final List<String> NETWORKS = List.of("bitcoin", "testnet", "testnet4", "signet", "regtest");

    private DescribedNode() {}

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    static LightningNode create(@Nullable String lightningDir, @Nullable String network, @Nullable String rpcFile) {
        var node = new CoreLightningNode();
        node.setLightningDir(lightningDir);
        node.setRpcFile(rpcFile);
        if (network != null) {
            node.setNetwork(requireKnown(network));
        }
        return node;
    }

    private static String requireKnown(String network) {
        if (NETWORKS.stream().noneMatch(network::equalsIgnoreCase)) {
            throw new IllegalArgumentException(
                    "Option network is '" + network + "': it must be one of " + String.join(", ", NETWORKS));
        }
        return network;
    }
}

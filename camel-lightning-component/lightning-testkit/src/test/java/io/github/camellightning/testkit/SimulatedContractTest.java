// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.LightningdExtension;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on simulated nodes: a test after which a real one would have died fails. */
class SimulatedContractTest extends LightningNodeContract {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private int nodes;

    @Override
    protected NodeUnderTest createNode() {
        SimulatedLightningd daemon = lightning.start("node" + ++nodes);
        var node = new CoreLightningNode();
        node.setRpcFile(daemon.rpcFile().toString());
        return new NodeUnderTest() {
            @Override
            public LightningNode node() {
                return node;
            }

            @Override
            public PeerAddress address() {
                return daemon.address();
            }

            @Override
            public void close() {}
        };
    }
}

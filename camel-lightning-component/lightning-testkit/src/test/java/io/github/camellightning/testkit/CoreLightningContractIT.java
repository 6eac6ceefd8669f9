// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import io.github.camellightning.interop.RealLightningd;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.cln.CoreLightningNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The contract on real nodes, where {@code -Dlightningd=<path of the binary>} says which; else skipped. Each node that dies fails its test. */
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class CoreLightningContractIT extends LightningNodeContract {

    @Override
    protected NodeUnderTest createNode() throws Exception {
        RealLightningd daemon = RealLightningd.start();
        var node = new CoreLightningNode();
        node.setRpcFile(daemon.rpcFile().toString());
        return new NodeUnderTest() {
            @Override
            public LightningNode node() {
                return node;
            }

            @Override
            public PeerAddress address() {
                return new PeerAddress(node.nodeId(), "127.0.0.1", daemon.port());
            }

            @Override
            public void close() {
                try {
                    daemon.close();
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        };
    }
}

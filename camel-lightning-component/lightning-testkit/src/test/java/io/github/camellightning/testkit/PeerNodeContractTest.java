// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.node.peer.PeerNode;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The contract on the native peer. */
class PeerNodeContractTest extends LightningNodeContract {

    @Override
    protected NodeUnderTest createNode() {
        var node = new PeerNode();
        node.setListen("127.0.0.1:0");
        // a key that outlives a restart
        node.setPrivateKey(
                HexFormat.of().formatHex(NodeKey.generate(new SecureRandom()).secret()));
        return new NodeUnderTest() {
            @Override
            public LightningNode node() {
                return node;
            }

            @Override
            public PeerAddress address() {
                return new PeerAddress(
                        node.nodeId(), "127.0.0.1", node.listenAddress().getPort());
            }

            @Override
            public void close() {}
        };
    }
}

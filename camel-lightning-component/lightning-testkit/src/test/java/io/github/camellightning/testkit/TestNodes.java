// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import io.github.camellightning.interop.RealLightningd;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/** Nodes of each kind, for the contracts. */
final class TestNodes {

    private TestNodes() {}

    private record Made(LightningNode node, Supplier<PeerAddress> where, Runnable end) implements NodeUnderTest {
        @Override
        public PeerAddress address() {
            return where.get();
        }

        @Override
        public void close() {
            end.run();
        }
    }

    static NodeUnderTest peer() {
        return peer(new PeerNode());
    }

    static NodeUnderTest peer(PeerNode node) {
        node.setListen("127.0.0.1:0");
        // a key that outlives a restart
        node.setPrivateKey(
                HexFormat.of().formatHex(NodeKey.generate(new SecureRandom()).secret()));
        return new Made(
                node,
                () -> new PeerAddress(
                        node.nodeId(), "127.0.0.1", node.listenAddress().getPort()),
                () -> {});
    }

    static NodeUnderTest simulated(SimulatedLightningd daemon) {
        var node = new CoreLightningNode();
        node.setRpcFile(daemon.rpcFile().toString());
        return new Made(node, daemon::address, () -> {});
    }

    static NodeUnderTest real() throws IOException {
        RealLightningd daemon = RealLightningd.start();
        var node = new CoreLightningNode();
        node.setRpcFile(daemon.rpcFile().toString());
        return new Made(node, () -> new PeerAddress(node.nodeId(), "127.0.0.1", daemon.port()), () -> {
            try {
                daemon.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }
}

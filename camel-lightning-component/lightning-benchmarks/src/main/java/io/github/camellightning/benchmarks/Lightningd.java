// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.interop.RealLightningd;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import io.github.camellightning.testkit.lightningd.SimulatedNetwork;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A daemon to measure with, and a client of it that is not measured. */
sealed interface Lightningd extends AutoCloseable {

    Path rpcFile();

    /** What a node that is to be measured, or is to measure, is made of; not started. */
    default CoreLightningNode newNode() {
        var node = new CoreLightningNode();
        node.setRpcFile(rpcFile().toString());
        node.setRelayDirectory("/tmp");
        node.setThrottle(false);
        return node;
    }

    /** Not measured, and no plugin. */
    CoreLightningNode client();

    PeerAddress address();

    default NodeId nodeId() {
        return client().nodeId();
    }

    default void run(String method, String... namesAndValues) {
        var params = Json.emptyObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            params.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        client().call(MethodCall.of(method, params))
                .toCompletableFuture()
                .join()
                .close();
    }

    /** Waits until a peer has read all that it was sent: it answers a ping after that. */
    default void drain(NodeId peer) {
        run("ping", "id", peer.hex());
    }

    @Override
    void close() throws IOException;

    /** A process of its own. */
    record Real(RealLightningd daemon, CoreLightningNode client) implements Lightningd {

        /** Whether {@code -Dlightningd} names one. */
        static boolean isThere() {
            return !RealLightningd.binary().isEmpty();
        }

        /** @param path what {@code PATH} is to it; null: what it is here */
        static Real start(@Nullable String path) throws IOException {
            var daemon = RealLightningd.start(path, "info");
            return new Real(daemon, connected(daemon.rpcFile()));
        }

        @Override
        public Path rpcFile() {
            return daemon.rpcFile();
        }

        @Override
        public PeerAddress address() {
            return new PeerAddress(nodeId(), "127.0.0.1", daemon.port());
        }

        @Override
        public void close() throws IOException {
            NodePair.await(client.stop());
            daemon.close();
        }
    }

    /** In this process. */
    record Simulated(SimulatedLightningd daemon, CoreLightningNode client) implements Lightningd {

        static Simulated start(SimulatedNetwork network, String name) {
            var daemon = network.start(name);
            return new Simulated(daemon, connected(daemon.rpcFile()));
        }

        @Override
        public Path rpcFile() {
            return daemon.rpcFile();
        }

        @Override
        public PeerAddress address() {
            return daemon.address();
        }

        @Override
        public void close() {
            NodePair.await(client.stop());
            daemon.stop();
        }
    }

    private static CoreLightningNode connected(Path rpcFile) {
        var client = new CoreLightningNode();
        client.setRpcFile(rpcFile.toString());
        client.setPlugin(false);
        NodePair.await(client.start());
        return client;
    }
}

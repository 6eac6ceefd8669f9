// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageListener;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.peer.PeerNode;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Two nodes of this JVM, connected over TCP, each with the listener it is given. */
final class NodePair implements AutoCloseable {

    static final int TYPE = 40_001;

    private static final int PATIENCE_SECONDS = 30;

    final PeerNode dialler = new PeerNode();
    final PeerNode listener = new PeerNode();

    NodePair(MessageListener onDialler, MessageListener onListener) {
        listener.setListen("127.0.0.1:0");
        dialler.onMessage(MessageFilter.types(TYPE), onDialler);
        listener.onMessage(MessageFilter.types(TYPE), onListener);
        await(listener.start());
        await(dialler.start());
        await(dialler.connect(addressOf(listener)));
    }

    /** Sends without waiting; the stage tells when it is written. */
    static CompletionStage<Void> send(PeerNode from, NodeId to, byte[] payload) {
        return from.send(to, new CustomMessage(TYPE, payload));
    }

    static PeerAddress addressOf(PeerNode node) {
        var address = node.listenAddress();
        if (address == null) {
            throw new IllegalStateException("the node does not listen");
        }
        return new PeerAddress(node.nodeId(), address.getHostString(), address.getPort());
    }

    static void await(CompletionStage<?> stage) {
        stage.toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        await(dialler.stop());
        await(listener.stop());
    }
}

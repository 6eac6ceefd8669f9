// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.interop.RawMessage;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.peer.PeerLimits;
import io.github.camellightning.node.peer.PeerNode;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A listening {@link PeerNode} that keeps what it receives, under the others' vocabulary. */
final class OurPeer implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 10;

    private final PeerNode node = new PeerNode();
    private final BlockingQueue<RawMessage> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<PeerEvent> events = new LinkedBlockingQueue<>();

    private OurPeer(MessageFilter wanted, Consumer<PeerLimits> limits) {
        limits.accept(node.getLimits());
        node.setListen("127.0.0.1:0");
        node.setWhenOutboundFull(PeerNode.WhenFull.WAIT);
        node.onMessage(wanted, message -> {
            received.add(
                    new RawMessage(message.message().type(), message.message().payload()));
            return CompletableFuture.completedFuture(null);
        });
        node.onPeerEvent(events::add);
        node.start().toCompletableFuture().join();
    }

    static OurPeer wanting(MessageFilter wanted) {
        return wanting(wanted, limits -> {});
    }

    static OurPeer wanting(MessageFilter wanted, Consumer<PeerLimits> limits) {
        return new OurPeer(wanted, limits);
    }

    String nodeId() {
        return node.nodeId().hex();
    }

    InetSocketAddress address() {
        return node.listenAddress();
    }

    CompletableFuture<Void> dial(InetSocketAddress address, String remoteNodeId) {
        return node.connect(new PeerAddress(new NodeId(remoteNodeId), address.getHostString(), address.getPort()))
                .toCompletableFuture();
    }

    /** Waits for the other side's init and returns what is known of it. */
    Peer awaitPeer(String remoteNodeId) {
        return await().until(() -> node.peers().toCompletableFuture().join(), peers -> peers.stream()
                        .anyMatch(peer -> peer.nodeId().hex().equals(remoteNodeId)))
                .get(0);
    }

    /** Completes when it is written; many may wait for that. */
    CompletableFuture<Void> send(String remoteNodeId, RawMessage message) {
        return node.send(new NodeId(remoteNodeId), new CustomMessage(message.type(), message.payload()))
                .toCompletableFuture();
    }

    RawMessage receive() throws InterruptedException {
        RawMessage message = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(message).as("a message from the other side").isNotNull();
        return message;
    }

    boolean nothingIsLeft() {
        return received.isEmpty();
    }

    long unclaimedMessages() {
        return node.unclaimedMessages();
    }

    /** Waits for the connection's end and returns why it ended. */
    String awaitDisconnect() throws InterruptedException {
        for (; ; ) {
            PeerEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("the end of the connection").isNotNull();
            if (event instanceof PeerEvent.Disconnected disconnected) {
                return disconnected.reason();
            }
        }
    }

    static LightningException failureOf(CompletableFuture<?> stage) {
        try {
            stage.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            return (LightningException) failed.getCause();
        }
        throw new AssertionError("it succeeded");
    }

    @Override
    public void close() {
        node.stop()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}

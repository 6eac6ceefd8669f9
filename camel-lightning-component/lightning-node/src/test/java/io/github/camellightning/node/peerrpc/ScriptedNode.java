// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageListener;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.Registration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node whose peers are the test: it says what they send, and sees what they are sent. */
final class ScriptedNode implements LightningNode {

    static final NodeId PEER = new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    static final NodeId OTHER = new NodeId("0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    static final int TYPE = 40_001;
    private static final CompletionStage<Void> SENT = CompletableFuture.completedFuture(null);

    record Sent(NodeId peer, CustomMessage message) {

        JsonNode json() {
            return Json.read(new String(message.payload(), UTF_8));
        }
    }

    final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final MessageDispatcher dispatcher = new MessageDispatcher();
    private final List<Consumer<PeerEvent>> peerEvents = new CopyOnWriteArrayList<>();
    private volatile BiFunction<NodeId, CustomMessage, CompletionStage<Void>> sending = (peer, message) -> SENT;
    private volatile NodeState state = NodeState.of(NodeState.Status.UP, "up");

    /** What becomes of messages that are sent. */
    void sending(BiFunction<NodeId, CustomMessage, CompletionStage<Void>> fate) {
        sending = fate;
    }

    void down(String reason) {
        state = NodeState.of(NodeState.Status.DOWN, reason);
    }

    void receive(NodeId peer, int type, byte[] payload) {
        var handled = dispatcher
                .dispatch(new ReceivedMessage(peer, new CustomMessage(type, payload), Instant.now()))
                .toCompletableFuture();
        assertThat(handled).as("no peer is held").isCompleted();
    }

    void receive(NodeId peer, String json) {
        receive(peer, TYPE, json.getBytes(UTF_8));
    }

    void disconnected(NodeId peer) {
        tell(new PeerEvent.Disconnected(peer, "gone"));
    }

    void connected(NodeId peer) {
        tell(new PeerEvent.Connected(peer, Peer.Direction.INBOUND, "1.2.3.4:5"));
    }

    private void tell(PeerEvent event) {
        peerEvents.forEach(listener -> listener.accept(event));
    }

    JsonNode lastSent() {
        return sent.get(sent.size() - 1).json();
    }

    @Override
    public CompletionStage<Void> send(NodeId peer, CustomMessage message) {
        CompletionStage<Void> fate = sending.apply(peer, message);
        sent.add(new Sent(peer, message));
        return fate;
    }

    @Override
    public Registration onMessage(MessageFilter filter, MessageListener listener) {
        return dispatcher.register(filter, listener);
    }

    @Override
    public Registration onPeerEvent(Consumer<PeerEvent> listener) {
        peerEvents.add(listener);
        return () -> peerEvents.remove(listener);
    }

    @Override
    public NodeId nodeId() {
        throw new UnsupportedOperationException();
    }

    @Override
    public NodeState state() {
        return state;
    }

    @Override
    public CompletionStage<Void> start() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> stop() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<JsonResult> commando(NodeId peer, MethodCall call, @Nullable String rune) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> connect(PeerAddress address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> connect(NodeId peer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> disconnect(NodeId peer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<Peer>> peers() {
        throw new UnsupportedOperationException();
    }
}

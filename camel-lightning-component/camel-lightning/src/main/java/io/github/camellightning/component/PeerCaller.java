// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.peerrpc.PeerRpc;
import io.github.camellightning.node.peerrpc.PeerRpcSettings;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Message;

/** Calls methods of peers over a protocol that it shares with others. */
final class PeerCaller implements CallProducer.Caller {

    private final LightningNode node;
    private final PeerProtocols protocols;
    private final PeerRpc protocol;
    private final TargetPeer targetPeer;
    private final AutoConnect autoConnect;
    private final Function<Message, MethodCall> calls;

    PeerCaller(
            LightningEndpoint endpoint,
            LightningNode node,
            PeerRpcSettings settings,
            Function<Message, MethodCall> calls) {
        Destination destination = Destination.of(endpoint);
        this.node = node;
        this.calls = calls;
        this.targetPeer =
                new TargetPeer(destination.peer(), endpoint.getComponent().nodeIds(), true);
        this.autoConnect = AutoConnect.of(endpoint, node, destination);
        this.protocols = endpoint.getComponent().protocols();
        this.protocol = protocols.take(node, settings);
    }

    @Override
    public Supplier<CompletionStage<JsonResult>> call(Message message) {
        NodeId peer = targetPeer.of(message, node);
        message.removeHeader(LightningConstants.OVERRIDE_MESSAGE_TYPE);
        MethodCall call = calls.apply(message);
        return () -> autoConnect.connected(peer, () -> protocol.call(peer, call));
    }

    /** An even type is no surprise to peers only when the node knows that it is wanted. */
    @Override
    public void awaitReady() throws InterruptedException {
        new Asked(node, protocol.registration()).await();
    }

    @Override
    public void release() {
        protocols.giveBack(node, protocol.settings());
    }
}

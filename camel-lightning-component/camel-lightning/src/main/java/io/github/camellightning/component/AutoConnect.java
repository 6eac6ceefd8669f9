// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.PeerAddress;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** With {@code autoConnect}, what failed for want of a connection is tried once more with one. */
final class AutoConnect {

    private final LightningNode node;
    private final boolean enabled;
    private final @Nullable PeerAddress address;

    private AutoConnect(LightningNode node, boolean enabled, @Nullable PeerAddress address) {
        this.node = node;
        this.enabled = enabled;
        this.address = address;
    }

    static AutoConnect of(LightningEndpoint endpoint, LightningNode node, Destination destination) {
        return new AutoConnect(node, endpoint.getSend().isAutoConnect(), destination.address());
    }

    <T> CompletionStage<T> connected(NodeId peer, Supplier<? extends CompletionStage<T>> action) {
        CompletionStage<T> first = action.get();
        if (!enabled) {
            return first;
        }
        return first.handle((done, failure) -> {
                    if (failure != null && Sender.unwrap(failure) instanceof NotConnectedException) {
                        // nothing was written, so nothing can be done twice
                        return connect(peer).thenCompose(ignored -> action.get());
                    }
                    return first;
                })
                .thenCompose(outcome -> outcome);
    }

    /** For what sees itself when it has to connect; null where it is not to. */
    @Nullable
    Supplier<CompletionStage<Void>> connecting(NodeId peer) {
        return enabled ? () -> connect(peer) : null;
    }

    private CompletionStage<Void> connect(NodeId peer) {
        return address != null && address.nodeId().equals(peer) ? node.connect(address) : node.connect(peer);
    }
}

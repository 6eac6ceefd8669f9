// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.commando.CommandoTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** Commando's frames on their way out: by {@code sendcustommsg}, within what the peer reads. */
final class CommandoFrames implements CommandoTransport {

    private final DaemonClient client;

    CommandoFrames(DaemonClient client) {
        this.client = client;
    }

    @Override
    public CompletionStage<Void> send(NodeId peer, CustomMessage frame, BooleanSupplier wanted) {
        return client.throttled(peer, 2 + frame.payload().length, left -> sendIfWanted(peer, frame, wanted, left))
                .handle((answer, failure) -> {
                    if (failure != null) {
                        throw failure(peer, failure);
                    }
                    return null;
                });
    }

    private CompletionStage<Void> sendIfWanted(
            NodeId peer, CustomMessage frame, BooleanSupplier wanted, Duration deadline) {
        return wanted.getAsBoolean()
                ? client.sendCustomMessage(CoreLightningNode.sendParams(peer, frame), deadline)
                : CompletableFuture.failedFuture(new TimeoutException("Nobody waits for it any more"));
    }

    /** Not in the daemon's words, unless they are known: it may quote a parameter, and with that the rune. */
    private static RuntimeException failure(NodeId peer, Throwable failure) {
        RuntimeException known = CoreLightningNode.sendFailure(peer, failure);
        return known instanceof RemoteErrorException refused
                ? new LightningException(
                        refused.code(),
                        "lightningd refused to send a commando message to peer " + peer + ", code " + refused.code(),
                        null,
                        null)
                : known;
    }
}

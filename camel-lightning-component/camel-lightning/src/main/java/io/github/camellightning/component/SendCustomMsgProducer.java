// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;

/** {@code to("lightning:sendcustommsg")}: one message to a peer; the body stays what it is. */
@ManagedResource(description = "Managed Lightning sendcustommsg producer")
public final class SendCustomMsgProducer extends NodeProducer {

    private final LightningEndpoint endpoint;
    private final OutgoingMessages outgoing;
    private final Destination destination;
    private volatile @Nullable LightningNode node;
    private volatile @Nullable Executor goOn;
    private volatile @Nullable Sender sender;
    private volatile @Nullable AutoConnect autoConnect;

    SendCustomMsgProducer(LightningEndpoint endpoint, Destination destination) {
        super(endpoint);
        this.endpoint = endpoint;
        this.destination = destination;
        this.outgoing =
                new OutgoingMessages(destination, endpoint.getComponent().nodeIds());
    }

    @Override
    void prepare(LightningNode found) {
        node = found;
        goOn = goOn(found);
        sender = endpoint.createSender(found);
        autoConnect = AutoConnect.of(endpoint, found, destination);
    }

    @Override
    boolean send(Exchange exchange, AsyncCallback callback) {
        return end(exchange, callback, false, Objects.requireNonNullElse(goOn, goOn()));
    }

    @Override
    boolean sendForOneThatWaits(Exchange exchange, AsyncCallback callback) {
        return end(exchange, callback, true, Runnable::run);
    }

    private boolean end(Exchange exchange, AsyncCallback callback, boolean waits, Executor threads) {
        return end(
                exchange,
                begin(exchange, waits),
                sent -> exchange.getMessage().setHeader(LightningConstants.STATUS, LightningConstants.SENT),
                callback,
                threads);
    }

    private CompletableFuture<Void> begin(Exchange exchange, boolean waits) {
        try {
            LightningNode self = Objects.requireNonNull(node, "the producer is not started");
            var wanted = outgoing.of(exchange.getMessage(), self);
            Sender ready = Objects.requireNonNull(sender);
            AutoConnect connecting = Objects.requireNonNull(autoConnect);
            Supplier<CompletionStage<Void>> sending =
                    () -> connecting.connected(wanted.peer(), () -> ready.send(wanted.peer(), wanted.message()));
            return begun(sending, waits);
        } catch (Exception refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.delivery.DeliverySettings;
import io.github.camellightning.node.delivery.EnvelopeListener;
import io.github.camellightning.node.delivery.EnvelopeReceiver;
import io.github.camellightning.node.delivery.HandledEnvelopes;
import io.github.camellightning.node.delivery.ReceivedEnvelope;
import io.github.camellightning.node.delivery.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/** {@code from("lightning:custommsg?delivery=acknowledged")}: an exchange for each envelope, which is acknowledged when the exchange is done. */
@ManagedResource(description = "Managed Lightning consumer of acknowledged messages")
public final class EnvelopeConsumer extends NodeConsumer<EnvelopeConsumer.Running> {

    private static final int REMEMBERED = 100_000;
    private static final int IN_MEMORY = 64 << 10;

    private final LightningEndpoint endpoint;
    private final DeliverySettings settings;
    private final Set<NodeId> peers;
    /** What is in the route or waits for it, and what its sender is to be told. */
    private final Map<CompletableFuture<EnvelopeListener.Outcome>, ReceivedEnvelope> open = new ConcurrentHashMap<>();

    /** Where no repository was given; a route that is stopped and started knows what it had. */
    private final HandledEnvelopes remembered = HandledEnvelopes.inMemory(REMEMBERED);

    /** What it has while it is started. */
    record Running(
            LightningNode node,
            EnvelopeReceiver receiver,
            DueEnvelopes handled,
            Asked asked,
            NodeLease lease,
            RoutePool pool,
            @Nullable ExecutorService lookups)
            implements NodeUse {}

    EnvelopeConsumer(LightningEndpoint endpoint, Processor processor, DeliverySettings settings, Set<NodeId> peers) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.settings = settings;
        this.peers = peers;
        setHealthCheck(new CustomMsgHealthCheck(this, endpoint));
    }

    @Override
    Running begin(LightningNode node) throws Exception {
        Deliveries deliveries = endpoint.getComponent().deliveries();
        deliveries.claimReceiver(node, settings.type());
        int threads = endpoint.getReceive().getConcurrentConsumers();
        var pool = RoutePool.of(endpoint, this, threads);
        IdempotentRepository repository = endpoint.getEnvelopes().getIdempotentRepository();
        ExecutorService lookups = repository == null
                ? null
                : Pools.create(endpoint.getCamelContext(), this, "LightningIdempotent", threads);
        EnvelopeReceiver receiver = null;
        try {
            var handled = new DueEnvelopes(handled(repository, lookups));
            var crew = pool.crew();
            receiver = new EnvelopeReceiver(
                    node,
                    settings,
                    peers,
                    endpoint.getEnvelopes().isOrdered(),
                    handled,
                    envelope -> accept(node, envelope, handled, crew));
            NodeLease lease = endpoint.getComponent().leases().takeForConsumer(node, endpoint.getStartupMode());
            var asked = new Asked(node, receiver.registration());
            asked.await();
            return new Running(node, receiver, handled, asked, lease, pool, lookups);
        } catch (Exception notStarted) {
            stop(node, receiver, pool, lookups);
            throw notStarted;
        }
    }

    /** @param lookups not the threads of the route: what is handled is not to wait for what is not */
    private HandledEnvelopes handled(@Nullable IdempotentRepository given, @Nullable ExecutorService lookups) {
        if (given == null || lookups == null) {
            return remembered;
        }
        ServiceHelper.startService(given);
        return new IdempotentEnvelopes(given, lookups);
    }

    private CompletionStage<EnvelopeListener.Outcome> accept(
            LightningNode node, ReceivedEnvelope envelope, DueEnvelopes handled, Executor crew) {
        counters().received().increment();
        var outcome = new CompletableFuture<EnvelopeListener.Outcome>();
        open.put(outcome, envelope);
        try {
            crew.execute(() -> route(node, envelope, handled, outcome));
        } catch (RuntimeException | Error noThread) {
            abandon(outcome);
        }
        return outcome;
    }

    /** It was not handled, and may be when the route is back. */
    private void abandon(CompletableFuture<EnvelopeListener.Outcome> outcome) {
        ReceivedEnvelope envelope = open.remove(outcome);
        if (envelope != null) {
            counters().dropped().increment();
            envelope.body().close();
            outcome.complete(new EnvelopeListener.Outcome.Refused(true, "the route is stopped"));
        }
    }

    private void route(
            LightningNode node,
            ReceivedEnvelope envelope,
            DueEnvelopes handled,
            CompletableFuture<EnvelopeListener.Outcome> outcome) {
        if (!open.containsKey(outcome)) {
            return;
        }
        Exchange exchange = createExchange(false);
        try {
            // prepared here, or the route would take a pooled one for its own and end it
            createUoW(exchange).onPrepare(exchange);
            exchange.getExchangeExtension().addOnCompletion(new Settling(handled, outcome));
            fill(exchange, node, envelope);
        } catch (Throwable unexpected) {
            envelope.body().close();
            exchange.setException(unexpected);
            end(exchange);
            return;
        }
        try {
            getAsyncProcessor().process(exchange, doneSync -> end(exchange));
        } catch (Throwable unexpected) {
            // routes report failures on the exchange; whatever this is, the sender is to be told
            exchange.setException(unexpected);
            end(exchange);
        }
    }

    private void fill(Exchange exchange, LightningNode node, ReceivedEnvelope envelope) throws Exception {
        Message message = exchange.getIn();
        message.setBody(
                envelope.body().size() <= IN_MEMORY
                        ? envelope.body().stream().readAllBytes()
                        : ResultStream.of(envelope.body(), exchange));
        if (envelope.body().size() <= IN_MEMORY) {
            envelope.body().close();
        }
        message.setHeader(LightningConstants.PEER_ID, envelope.peer().hex());
        message.setHeader(LightningConstants.MESSAGE_TYPE, settings.type());
        message.setHeader(LightningConstants.ENVELOPE_ID, envelope.id().hex());
        message.setHeader(
                LightningConstants.MESSAGE_TIMESTAMP, envelope.receivedAt().toEpochMilli());
        setWhereGiven(message, LightningConstants.FILE_NAME, envelope.labels().name());
        setWhereGiven(message, Exchange.CONTENT_TYPE, envelope.labels().contentType());
        setWhereGiven(message, "traceparent", envelope.labels().traceparent());
        try {
            message.setHeader(LightningConstants.LOCAL_NODE_ID, node.nodeId().hex());
        } catch (NotConnectedException down) {
            // an envelope is no less here for that
        }
    }

    private static void setWhereGiven(Message message, String header, @Nullable String value) {
        if (value != null) {
            message.setHeader(header, value);
        }
    }

    private void end(Exchange exchange) {
        try {
            Exception failure = exchange.getException();
            if (failure != null) {
                getExceptionHandler().handleException("Error processing exchange", exchange, failure);
            }
        } finally {
            doneUoW(exchange);
            releaseExchange(exchange, false);
        }
    }

    /** Tells the sender what became of its envelope, wherever the unit of work went. */
    private final class Settling implements Synchronization {

        private final DueEnvelopes handled;
        private final CompletableFuture<EnvelopeListener.Outcome> outcome;

        Settling(DueEnvelopes handled, CompletableFuture<EnvelopeListener.Outcome> outcome) {
            this.handled = handled;
            this.outcome = outcome;
        }

        @Override
        public void onComplete(Exchange exchange) {
            settle(new EnvelopeListener.Outcome.Handled());
        }

        @Override
        public void onFailure(Exchange exchange) {
            var refused = exchange.getException(RefusedException.class);
            // what went wrong here is nobody else's business, unless the route says so
            settle(
                    refused == null
                            ? new EnvelopeListener.Outcome.Refused(true, "its route failed")
                            : new EnvelopeListener.Outcome.Refused(
                                    refused.isRetryable(), String.valueOf(refused.getMessage())));
        }

        private void settle(EnvelopeListener.Outcome settled) {
            boolean isHandled = settled instanceof EnvelopeListener.Outcome.Handled;
            if (isHandled) {
                // a stop waits for that too: it is in hand until it is remembered
                handled.expect();
            }
            if (open.remove(outcome) != null) {
                outcome.complete(settled);
                (isHandled ? counters().handled() : counters().failed()).increment();
            } else if (isHandled) {
                handled.expectNoMore();
            }
        }
    }

    @Override
    void suspend(Running begun) {
        begun.receiver.suspend();
    }

    @Override
    Running resume(Running suspended) {
        suspended.receiver.resume();
        return suspended;
    }

    @Override
    void end(Running begun) {
        stop(begun.node, begun.receiver, begun.pool, begun.lookups);
    }

    /** Where the stop is forced, the senders of what is in flight are told to send it again. */
    private void stop(
            LightningNode node,
            @Nullable EnvelopeReceiver receiver,
            RoutePool pool,
            @Nullable ExecutorService lookups) {
        if (receiver != null) {
            receiver.close();
        }
        endpoint.getComponent().deliveries().giveBackReceiver(node, settings.type());
        boolean forced = !open.isEmpty();
        List.copyOf(open.keySet()).forEach(this::abandon);
        if (lookups != null) {
            // what was handled is remembered still
            endpoint.getCamelContext().getExecutorServiceManager().shutdown(lookups);
        }
        pool.end(forced);
    }

    @Override
    @ManagedAttribute(description = "Envelopes in the route, waiting for it, or about to be remembered as handled")
    public int getPendingExchangesSize() {
        Running now = use();
        return open.size() + (now == null ? 0 : now.handled.due());
    }

    @Override
    @ManagedAttribute(
            description = "Age in milliseconds of the oldest envelope in the route or waiting for it; 0 if none")
    public long getOldestMillis() {
        return oldestMillis(open.values().stream().map(ReceivedEnvelope::receivedAt));
    }
}

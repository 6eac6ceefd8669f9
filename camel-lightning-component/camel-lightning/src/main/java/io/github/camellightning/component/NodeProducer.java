// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/** What the producers share: a node that is up when they are started, what there is to say of it, and what became of their exchanges. */
abstract class NodeProducer extends DefaultAsyncProducer implements NodeHealthCheck.NodeUser {

    private final LightningEndpoint endpoint;
    private final HealthCheck health;
    private final Executor goOn;
    private final SendCounts counts = new SendCounts();
    private volatile @Nullable LightningNode node;
    private volatile @Nullable NodeWatch watch;

    NodeProducer(LightningEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        ExecutorService given = endpoint.getExecutorService();
        Executor ofComponent = endpoint.getComponent().goOn();
        // a pool that is full is no reason to run a route on a thread of the node's
        this.goOn = given == null ? ofComponent : Pools.orOn(given, ofComponent);
        this.health = NodeHealthCheck.ofProducer(this, endpoint);
    }

    /** Takes from the node what it will use; it may not be up yet. */
    abstract void prepare(LightningNode found);

    /** What there is to do once the node was started. */
    void awaitPrepared() throws Exception {
        // only some asked the node for anything
    }

    /** Gives back what it took in {@link #prepare}. */
    void release() {
        // only some took anything
    }

    /** What {@link #process(Exchange, AsyncCallback)} promises. */
    abstract boolean send(Exchange exchange, AsyncCallback callback);

    /** The same for one that waits: all that is left to do is to wake it, which any thread may do. */
    boolean sendForOneThatWaits(Exchange exchange, AsyncCallback callback) {
        return send(exchange, callback);
    }

    @Override
    public final boolean process(Exchange exchange, AsyncCallback callback) {
        if (!endpoint.getSend().isSynchronous()) {
            return send(exchange, counted(exchange, callback));
        }
        process(exchange);
        callback.done(true);
        return true;
    }

    /** For callers that wait, in a transaction for one. */
    @Override
    public final void process(Exchange exchange) {
        PluginHelper.getAsyncProcessorAwaitManager(exchange.getContext())
                .process(
                        new AsyncProcessorSupport() {
                            @Override
                            public boolean process(Exchange waiting, AsyncCallback callback) {
                                return sendForOneThatWaits(waiting, counted(waiting, callback));
                            }
                        },
                        exchange);
    }

    /** The exchange counts from now until the callback is called. */
    private AsyncCallback counted(Exchange exchange, AsyncCallback callback) {
        SendCounts.Sending sending = counts.begin();
        return doneSync -> {
            counts.end(sending, Outcome.of(exchange.getException()));
            callback.done(doneSync);
        };
    }

    @Override
    protected final void doStart() throws Exception {
        super.doStart();
        LightningNode found = endpoint.requireNode();
        NodeWatch watching = endpoint.watch(found);
        watching.used();
        try {
            begin(found);
        } catch (Exception notStarted) {
            watching.usedNoMore();
            throw notStarted;
        }
        node = found;
        counts.addTo(watching.sent(endpoint.getOperation()));
        namedPeers().forEach(watching::named);
        watch = watching;
        WritableHealthCheckRepository checks = healthChecks();
        if (checks != null) {
            checks.addHealthCheck(health);
        }
    }

    private void begin(LightningNode found) throws Exception {
        prepare(found);
        try {
            endpoint.getComponent().leases().takeForProducer(found, endpoint.getStartupMode());
            awaitPrepared();
        } catch (Exception notStarted) {
            release();
            throw notStarted;
        }
    }

    @Override
    protected final void doStop() throws Exception {
        WritableHealthCheckRepository checks = healthChecks();
        if (checks != null) {
            checks.removeHealthCheck(health);
        }
        NodeWatch watching = watch;
        if (watching != null) {
            namedPeers().forEach(watching::namedNoMore);
            watching.usedNoMore();
            watch = null;
        }
        node = null;
        release();
        super.doStop();
    }

    /** Whom it counts on to be connected. */
    private Set<NodeId> namedPeers() {
        NodeId peer = Destination.of(endpoint).peer();
        return peer == null || endpoint.getSend().isAutoConnect() ? Set.of() : Set.of(peer);
    }

    /** Null where the application has no health checks. */
    private @Nullable WritableHealthCheckRepository healthChecks() {
        return HealthCheckHelper.getHealthCheckRepository(
                endpoint.getCamelContext(), "producers", WritableHealthCheckRepository.class);
    }

    /** @param waits whether the caller waits for it on this thread */
    final <T> CompletableFuture<T> begun(Supplier<CompletionStage<T>> call, boolean waits) {
        LightningNode now = node;
        return (waits && now != null ? now.waiting(call) : call.get()).toCompletableFuture();
    }

    /**
     * What {@link #process(Exchange, AsyncCallback)} promises, for what was begun. A failure is the exchange's.
     *
     * @param record what came of it, into the exchange; on this thread where it is done already
     */
    static <T> boolean end(
            Exchange exchange,
            CompletableFuture<T> begun,
            Consumer<? super T> record,
            AsyncCallback callback,
            Executor threads) {
        if (begun.isDone()) {
            begun.whenComplete((result, failure) -> settle(exchange, record, result, failure));
            callback.done(true);
            return true;
        }
        begun.whenCompleteAsync(
                (result, failure) -> {
                    settle(exchange, record, result, failure);
                    callback.done(false);
                },
                threads);
        return false;
    }

    private static <T> void settle(
            Exchange exchange, Consumer<? super T> record, T result, @Nullable Throwable failure) {
        if (failure != null) {
            exchange.setException(Sender.unwrap(failure));
            return;
        }
        try {
            record.accept(result);
        } catch (Throwable unreadable) {
            // an Error too, such as a result for which there is no memory: whoever waits must hear of it
            exchange.setException(unreadable);
        }
    }

    /** Where the route goes on with what the node has done. */
    final Executor goOn() {
        return goOn;
    }

    /** The same for a route that has no result to read first: unless the user has said otherwise the node may do it itself. */
    final Executor goOn(LightningNode found) {
        return endpoint.getExecutorService() == null ? found.lendingOr(goOn) : goOn;
    }

    @Override
    public final @Nullable NodeState nodeState() {
        LightningNode now = node;
        return now == null ? null : now.state();
    }

    @Override
    public final @Nullable String startFailure() {
        NodeWatch now = watch;
        return now == null ? null : now.startFailure();
    }

    @Override
    public @Nullable String refusal() {
        return null;
    }

    @ManagedAttribute(description = "State of the Lightning node")
    public String getNodeStatus() {
        NodeState state = nodeState();
        return state == null ? "UNKNOWN" : state.status().name();
    }

    @ManagedAttribute(description = "Exchanges that went well: sent, acknowledged or answered")
    public long getSent() {
        return counts.sent();
    }

    @ManagedAttribute(description = "Exchanges of which nothing left this process: wrong, not connected, no room")
    public long getRefused() {
        return counts.sum(Outcome.REFUSED);
    }

    @ManagedAttribute(description = "Exchanges of which nobody knows whether they were done")
    public long getUnknown() {
        return counts.sum(Outcome.UNKNOWN);
    }

    @ManagedAttribute(description = "Exchanges that the other side or the daemon answered with an error")
    public long getErrors() {
        return counts.sum(Outcome.ERROR);
    }

    @ManagedAttribute(description = "Exchanges that failed in another way")
    public long getFailed() {
        return counts.sum(Outcome.FAILED);
    }

    @ManagedAttribute(description = "Exchanges that have not ended")
    public long getInFlight() {
        return counts.inFlight();
    }

    @ManagedAttribute(description = "How long exchanges took on average, in milliseconds")
    public double getMeanMillis() {
        return counts.meanMillis();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.Registration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/** What the consumers of notifications, hooks and methods share: a node, a registration with it, and a pool that runs the route. */
abstract class JsonConsumer extends DefaultConsumer implements Suspendable, ShutdownAware, NodeHealthCheck.NodeUser {

    private static final long IN_FORCE_SECONDS = 30;

    private final LightningEndpoint endpoint;
    private final int threads;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile @Nullable Running running;

    /** What a consumer has while it is started. */
    private record Running(
            LightningNode node,
            Registration registration,
            NodeLease lease,
            ExecutorService pool,
            @Nullable ExecutorService ownPool) {

        Running with(Registration renewed) {
            return new Running(node, renewed, lease, pool, ownPool);
        }
    }

    JsonConsumer(LightningEndpoint endpoint, Processor processor, int threads) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.threads = threads;
        setHealthCheck(new NodeHealthCheck(this, endpoint));
    }

    /** Registers with the node, which may not be up yet; what comes is to be run on the pool. */
    abstract Registration register(LightningNode node, ExecutorService pool);

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        LightningNode node = endpoint.requireNode();
        ExecutorService given = endpoint.getReceive().getExecutorService();
        ExecutorService pool =
                given == null ? Pools.create(endpoint.getCamelContext(), this, "LightningConsumer", threads) : given;
        ExecutorService ownPool = given == null ? pool : null;
        Registration registration = register(node, pool);
        try {
            NodeLease lease = endpoint.getComponent().leases().takeForConsumer(node, endpoint.getStartupMode());
            awaitInForce(registration);
            running = new Running(node, registration, lease, pool, ownPool);
        } catch (Exception notStarted) {
            stop(registration, ownPool);
            throw notStarted;
        }
    }

    /** A route that is started is to have what it asks for; on a node that is not up it has that as soon as the node is. */
    private static void awaitInForce(Registration registration) throws InterruptedException {
        try {
            registration.inForce().toCompletableFuture().get(IN_FORCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            throw new LightningException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException late) {
            throw new LightningException(
                    "The node did not take the route's wishes within " + IN_FORCE_SECONDS + " s", late);
        }
    }

    /** What Camel does before it waits for what is in flight: a consumer that is stopped would take that its route away. */
    @Override
    protected void doSuspend() throws Exception {
        Running suspending = running;
        if (suspending != null) {
            suspending.registration.close();
        }
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        Running resuming = running;
        if (resuming != null) {
            Registration renewed = register(resuming.node, resuming.pool);
            running = resuming.with(renewed);
            awaitInForce(renewed);
        }
    }

    @Override
    protected void doStop() throws Exception {
        Running stopping = running;
        running = null;
        if (stopping != null) {
            stop(stopping.registration, stopping.ownPool);
        }
        super.doStop();
    }

    /** What was in flight has been waited for by then, unless the stop is forced. */
    private void stop(Registration registration, @Nullable ExecutorService ownPool) {
        registration.close();
        if (ownPool != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdown(ownPool);
        }
    }

    /** Takes one of the places there are, to be given back by {@link #leave}. */
    final boolean enter() {
        if (inFlight.incrementAndGet() <= endpoint.getReceive().getMaxInFlight()) {
            return true;
        }
        inFlight.decrementAndGet();
        return false;
    }

    final void leave() {
        inFlight.decrementAndGet();
    }

    final Exchange exchange(JsonNode payload) {
        Exchange exchange = createExchange(false);
        exchange.getIn().setBody(JsonBody.from(payload, endpoint.getCall().getOutputType()));
        return exchange;
    }

    @Override
    public LightningEndpoint getEndpoint() {
        return endpoint;
    }

    @Override
    public final @Nullable NodeState nodeState() {
        Running now = running;
        return now == null ? null : now.node.state();
    }

    @Override
    public final @Nullable String startFailure() {
        Running now = running;
        return now == null ? null : now.lease.failure();
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    @ManagedAttribute(description = "Exchanges in the route or waiting for it")
    public int getPendingExchangesSize() {
        return inFlight.get();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // nothing that stop does not do
    }

    @ManagedAttribute(description = "State of the Lightning node")
    public String getNodeStatus() {
        NodeState state = nodeState();
        return state == null ? "UNKNOWN" : state.status().name();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.Registration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.jspecify.annotations.Nullable;

/** What the consumers of notifications, hooks and methods share: a node, a registration with it, and a pool that runs the route. */
abstract class JsonConsumer extends NodeConsumer {

    private final LightningEndpoint endpoint;
    private final int threads;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile @Nullable Running running;
    private volatile boolean stopped;

    /** What a consumer has while it is started. */
    private record Running(
            LightningNode node,
            Asked asked,
            NodeLease lease,
            Executor executor,
            @Nullable ExecutorService ownPool) implements NodeUse {

        Running with(Asked renewed) {
            return new Running(node, renewed, lease, executor, ownPool);
        }
    }

    JsonConsumer(LightningEndpoint endpoint, Processor processor, int threads) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.threads = threads;
        setHealthCheck(new NodeHealthCheck(this, endpoint));
    }

    /** Registers with the node, which may not be up yet; what comes is to be run on the pool. */
    abstract Registration register(LightningNode node, Executor pool);

    /** On what the route runs. */
    Executor executor(Executor pool) {
        return pool;
    }

    /** Answers what is in flight when the consumer is stopped: it was not waited for. */
    void abandon() {
        // only some have answers to give
    }

    @Override
    @Nullable
    NodeUse use() {
        return running;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        LightningNode node = endpoint.requireNode();
        stopped = false;
        ExecutorService given = endpoint.getReceive().getExecutorService();
        ExecutorService ownPool =
                given == null ? Pools.create(endpoint.getCamelContext(), this, "LightningConsumer", threads) : null;
        Executor executor = executor(given == null ? Objects.requireNonNull(ownPool) : given);
        Asked asked = null;
        try {
            asked = new Asked(node, register(node, executor));
            NodeLease lease = endpoint.getComponent().leases().takeForConsumer(node, endpoint.getStartupMode());
            asked.await();
            running = new Running(node, asked, lease, executor, ownPool);
        } catch (Exception notStarted) {
            stop(asked, ownPool);
            throw notStarted;
        }
    }

    /** What Camel does before it waits for what is in flight: a consumer that is stopped would take that its route away. */
    @Override
    protected void doSuspend() throws Exception {
        Running suspending = running;
        if (suspending != null) {
            suspending.asked.close();
        }
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        Running resuming = running;
        if (resuming != null) {
            resume(resuming);
        }
    }

    /** A consumer that cannot be resumed has failed: Camel would not stop it, and starts it from the beginning. */
    private void resume(Running resuming) throws Exception {
        Asked renewed = null;
        try {
            renewed = new Asked(resuming.node, register(resuming.node, resuming.executor));
            renewed.await();
            running = resuming.with(renewed);
        } catch (Exception notResumed) {
            running = null;
            stop(renewed, resuming.ownPool);
            throw notResumed;
        } finally {
            // what it still had in flight is the renewed one's
            resuming.asked.end();
        }
    }

    @Override
    protected void doStop() throws Exception {
        Running stopping = running;
        running = null;
        if (stopping != null) {
            stop(stopping.asked, stopping.ownPool);
        }
        super.doStop();
    }

    /** What was in flight has been waited for by then, unless the stop is forced. */
    private void stop(@Nullable Asked asked, @Nullable ExecutorService ownPool) {
        stopped = true;
        if (asked != null) {
            asked.end();
        }
        boolean forced = inFlight.get() > 0;
        abandon();
        if (ownPool != null) {
            var executors = endpoint.getCamelContext().getExecutorServiceManager();
            if (forced) {
                // those that never ran find that it is stopped, and give back their places
                executors.shutdownNow(ownPool).forEach(Runnable::run);
            } else {
                executors.shutdown(ownPool);
            }
        }
    }

    final boolean isEnded() {
        return stopped;
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
    @ManagedAttribute(description = "Exchanges in the route or waiting for it")
    public int getPendingExchangesSize() {
        return inFlight.get();
    }
}

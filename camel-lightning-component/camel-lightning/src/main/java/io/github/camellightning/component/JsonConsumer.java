// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.Registration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.jspecify.annotations.Nullable;

/** What the consumers of notifications, hooks and methods share: a node, a registration with it, and a pool that runs the route. */
abstract class JsonConsumer extends NodeConsumer<JsonConsumer.Running> {

    private final LightningEndpoint endpoint;
    private final int threads;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean stopped;

    /** What it has while it is started. */
    record Running(LightningNode node, Asked asked, NodeLease lease, Executor executor, RoutePool pool)
            implements NodeUse {

        Running with(Asked renewed) {
            return new Running(node, renewed, lease, executor, pool);
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

    /** Answers what is in flight when the consumer is stopped: the stop is forced, and did not wait for it. */
    void abandon() {
        // only some have answers to give
    }

    @Override
    Running begin(LightningNode node) throws Exception {
        stopped = false;
        var pool = RoutePool.of(endpoint, this, threads);
        Executor executor = executor(pool.threads());
        Asked asked = null;
        try {
            asked = new Asked(node, register(node, executor));
            NodeLease lease = endpoint.getComponent().leases().takeForConsumer(node, endpoint.getStartupMode());
            asked.await();
            return new Running(node, asked, lease, executor, pool);
        } catch (Exception notStarted) {
            stop(asked, pool);
            throw notStarted;
        }
    }

    @Override
    void suspend(Running begun) {
        begun.asked.close();
    }

    @Override
    Running resume(Running suspended) throws Exception {
        Asked renewed = null;
        try {
            renewed = new Asked(suspended.node, register(suspended.node, suspended.executor));
            renewed.await();
            return suspended.with(renewed);
        } catch (Exception notResumed) {
            stop(renewed, suspended.pool);
            throw notResumed;
        } finally {
            // what it still had in flight is the renewed one's
            suspended.asked.end();
        }
    }

    @Override
    void end(Running begun) {
        stop(begun.asked, begun.pool);
    }

    private void stop(@Nullable Asked asked, RoutePool pool) {
        stopped = true;
        if (asked != null) {
            asked.close();
        }
        boolean forced = inFlight.get() > 0;
        abandon();
        if (asked != null) {
            // not before: it takes the answers away
            asked.end();
        }
        // those that never ran find that it is stopped, and give back their places
        pool.end(forced).forEach(Runnable::run);
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

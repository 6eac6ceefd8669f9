// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeState;
import java.util.concurrent.Executor;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** What the producers share: a node that is up when they are started, and a health check that tells of it. */
abstract class NodeProducer extends DefaultAsyncProducer implements NodeHealthCheck.NodeUser {

    private final LightningEndpoint endpoint;
    private final HealthCheck health;
    private volatile @Nullable LightningNode node;
    private volatile @Nullable NodeLease lease;

    NodeProducer(LightningEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
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

    @Override
    protected final void doStart() throws Exception {
        super.doStart();
        LightningNode found = endpoint.requireNode();
        prepare(found);
        try {
            lease = endpoint.getComponent().leases().takeForProducer(found, endpoint.getStartupMode());
            awaitPrepared();
        } catch (Exception notStarted) {
            release();
            throw notStarted;
        }
        node = found;
        WritableHealthCheckRepository checks = healthChecks();
        if (checks != null) {
            checks.addHealthCheck(health);
        }
    }

    @Override
    protected final void doStop() throws Exception {
        WritableHealthCheckRepository checks = healthChecks();
        if (checks != null) {
            checks.removeHealthCheck(health);
        }
        node = null;
        release();
        super.doStop();
    }

    /** Null where the application has no health checks. */
    private @Nullable WritableHealthCheckRepository healthChecks() {
        return HealthCheckHelper.getHealthCheckRepository(
                endpoint.getCamelContext(), "producers", WritableHealthCheckRepository.class);
    }

    /** Where the route goes on with what the node has done. */
    final Executor goOn() {
        return endpoint.getComponent().goOn();
    }

    @Override
    public final @Nullable NodeState nodeState() {
        LightningNode now = node;
        return now == null ? null : now.state();
    }

    @Override
    public final @Nullable String startFailure() {
        NodeLease now = lease;
        return now == null ? null : now.failure();
    }

    @Override
    public @Nullable String refusal() {
        return null;
    }
}

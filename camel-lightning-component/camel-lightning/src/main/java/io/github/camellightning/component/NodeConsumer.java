// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeState;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/** What the consumers share: a node that they ask for something, what there is to say of it, and how Camel is to stop them. */
abstract class NodeConsumer extends DefaultConsumer implements Suspendable, ShutdownAware, NodeHealthCheck.NodeUser {

    /** What a consumer has while it is started. */
    interface NodeUse {

        LightningNode node();

        Asked asked();

        NodeLease lease();
    }

    private final LightningEndpoint endpoint;

    NodeConsumer(LightningEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    /** Null where it is not started. */
    abstract @Nullable NodeUse use();

    @Override
    public LightningEndpoint getEndpoint() {
        return endpoint;
    }

    @Override
    public final @Nullable NodeState nodeState() {
        NodeUse now = use();
        return now == null ? null : now.node().state();
    }

    @Override
    public final @Nullable String startFailure() {
        NodeUse now = use();
        return now == null ? null : now.lease().failure();
    }

    @Override
    public final @Nullable String refusal() {
        NodeUse now = use();
        return now == null ? null : now.asked().refusal();
    }

    /** No: a shutdown suspends it first, and stops it when nothing is pending. */
    @Override
    public final boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public final void prepareShutdown(boolean suspendOnly, boolean forced) {
        // nothing that stop does not do
    }

    @ManagedAttribute(description = "State of the Lightning node")
    public String getNodeStatus() {
        NodeState state = nodeState();
        return state == null ? "UNKNOWN" : state.status().name();
    }
}

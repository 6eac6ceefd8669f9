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

/**
 * What the consumers share: a node that they ask for something, what there is to say of it, and how Camel is to stop them.
 *
 * @param <U> what a consumer has while it is started
 */
abstract class NodeConsumer<U extends NodeConsumer.NodeUse> extends DefaultConsumer
        implements Suspendable, ShutdownAware, NodeHealthCheck.NodeUser {

    /** What a consumer has while it is started. */
    interface NodeUse {

        LightningNode node();

        Asked asked();

        NodeLease lease();
    }

    private final LightningEndpoint endpoint;
    private volatile @Nullable U use;

    NodeConsumer(LightningEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    /** Asks the node for what the route wants; where that fails it leaves nothing behind. */
    abstract U begin(LightningNode node) throws Exception;

    /** Takes nothing more in until {@link #resume}; what is in flight goes on. */
    abstract void suspend(U begun);

    /**
     * Takes in again.
     *
     * @return what it has from now on
     * @throws Exception where it cannot, and has ended: Camel would not stop it, and starts it from the beginning
     */
    abstract U resume(U suspended) throws Exception;

    /** What was in flight has been waited for by then, unless the stop is forced. */
    abstract void end(U begun);

    /** Null where it is not started. */
    final @Nullable U use() {
        return use;
    }

    @Override
    protected final void doStart() throws Exception {
        super.doStart();
        use = begin(endpoint.requireNode());
    }

    /** What Camel does before it waits for what is in flight: a consumer that is stopped would take that its route away. */
    @Override
    protected final void doSuspend() throws Exception {
        U suspending = use;
        if (suspending != null) {
            suspend(suspending);
        }
        super.doSuspend();
    }

    @Override
    protected final void doResume() throws Exception {
        super.doResume();
        U resuming = use;
        if (resuming != null) {
            try {
                use = resume(resuming);
            } catch (Exception notResumed) {
                use = null;
                throw notResumed;
            }
        }
    }

    @Override
    protected final void doStop() throws Exception {
        U stopping = use;
        use = null;
        if (stopping != null) {
            end(stopping);
        }
        super.doStop();
    }

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

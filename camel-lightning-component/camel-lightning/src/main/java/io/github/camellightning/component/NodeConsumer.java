// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the consumers share: a node that they ask for something, what there is to say of it and of their exchanges, and how Camel is to stop them.
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
    private final Counters counters = new Counters();
    private volatile @Nullable U use;
    /** While it is started. */
    private @Nullable NodeWatch watch;

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
        LightningNode node = endpoint.requireNode();
        // before it registers with the node: what comes from then on counts
        NodeWatch watching = endpoint.watch(node);
        counters.addTo(watching.received(endpoint.getOperation()));
        watching.used();
        watch = watching;
        try {
            use = begin(node);
        } catch (Exception notStarted) {
            needNodeNoMore();
            throw notStarted;
        }
    }

    private void needNodeNoMore() {
        NodeWatch watching = watch;
        watch = null;
        if (watching != null) {
            watching.usedNoMore();
        }
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
                needNodeNoMore();
                throw notResumed;
            }
        }
    }

    @Override
    protected final void doStop() throws Exception {
        U stopping = use;
        use = null;
        needNodeNoMore();
        if (stopping != null) {
            end(stopping);
        }
        super.doStop();
    }

    @Override
    public LightningEndpoint getEndpoint() {
        return endpoint;
    }

    final Counters counters() {
        return counters;
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

    @ManagedAttribute(description = "Messages, calls or notifications received")
    public long getReceived() {
        return counters.received().sum();
    }

    @ManagedAttribute(description = "Those whose exchange completed")
    public long getHandled() {
        return counters.handled().sum();
    }

    @ManagedAttribute(description = "Those whose exchange failed")
    public long getFailed() {
        return counters.failed().sum();
    }

    @ManagedAttribute(description = "Those that no route had: there was no room, or the consumer was stopped")
    public long getDropped() {
        return counters.dropped().sum();
    }

    /** Of {@code custommsg} alone. */
    public long getHeld() {
        return 0;
    }

    /** Of {@code custommsg} alone. */
    public long getOldestMillis() {
        return 0;
    }

    /** Of {@code custommsg} alone: whether peers are held because there is no room. */
    boolean isCrowded() {
        return false;
    }

    static long oldestMillis(Stream<Instant> received) {
        return received.min(Comparator.naturalOrder())
                .map(oldest ->
                        Math.max(0, Duration.between(oldest, Instant.now()).toMillis()))
                .orElse(0L);
    }
}

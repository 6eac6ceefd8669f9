// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.ToLongFunction;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;

/** {@code from("lightning:custommsg")}: an exchange for each message that a peer sends. */
@ManagedResource(description = "Managed Lightning custommsg consumer")
public final class CustomMsgConsumer extends NodeConsumer {

    private final LightningEndpoint endpoint;
    private final Intake intake;
    private volatile @Nullable Running running;

    /** What a consumer has while it is started. */
    private record Running(
            LightningNode node,
            Lanes lanes,
            Asked asked,
            NodeLease lease,
            @Nullable ExecutorService ownPool) implements NodeUse {}

    CustomMsgConsumer(LightningEndpoint endpoint, Processor processor, Intake intake) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.intake = intake;
        setHealthCheck(new CustomMsgHealthCheck(this, endpoint));
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
        ExecutorService given = endpoint.getReceive().getExecutorService();
        ExecutorService pool = given == null ? createPool() : given;
        ExecutorService ownPool = given == null ? pool : null;
        Lanes lanes = createLanes(node, pool);
        Asked asked = null;
        try {
            asked = new Asked(node, node.onMessage(intake.filter(), lanes::accept));
            NodeLease lease = endpoint.getComponent().leases().takeForConsumer(node, endpoint.getStartupMode());
            asked.await();
            running = new Running(node, lanes, asked, lease, ownPool);
        } catch (Exception notStarted) {
            stop(asked, lanes, ownPool);
            throw notStarted;
        }
    }

    private Lanes createLanes(LightningNode node, Executor pool) {
        var router = new MessageRouter(
                this, node, endpoint.createSender(node), intake.replyType(), Pools.orOnThisThread(pool));
        return new Lanes(intake, node::afterwards, pool, endpoint.getComponent().timer(), router::route, counters());
    }

    private ExecutorService createPool() {
        return Pools.create(
                endpoint.getCamelContext(),
                this,
                "LightningConsumer",
                endpoint.getReceive().getConcurrentConsumers());
    }

    @Override
    protected void doStop() throws Exception {
        Running stopping = running;
        running = null;
        if (stopping != null) {
            stop(stopping.asked, stopping.lanes, stopping.ownPool);
        }
        super.doStop();
    }

    /** What is in flight was waited for by then, unless the stop is forced. */
    private void stop(@Nullable Asked asked, Lanes lanes, @Nullable ExecutorService ownPool) {
        if (asked != null) {
            asked.close();
        }
        lanes.stop();
        if (ownPool != null) {
            var executors = endpoint.getCamelContext().getExecutorServiceManager();
            if (lanes.inFlight() == 0) {
                executors.shutdown(ownPool);
            } else {
                executors.shutdownNow(ownPool);
            }
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        Running suspending = running;
        if (suspending != null) {
            suspending.lanes.suspend();
        }
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        Running resuming = running;
        if (resuming != null) {
            resuming.lanes.resume();
        }
    }

    @Override
    public int getPendingExchangesSize() {
        return (int) ofLanes(Lanes::inFlight);
    }

    @Override
    Set<NodeId> namedPeers() {
        return intake.filter().peers();
    }

    @Override
    boolean isCrowded() {
        Running now = running;
        return now != null && now.lanes.isCrowded();
    }

    @Override
    @ManagedAttribute(description = "Messages that keep their peer from sending the next")
    public long getHeld() {
        return ofLanes(lanes -> lanes.held().size());
    }

    @ManagedAttribute(description = "Messages that wait for the one of the same peer before them")
    public long getWaiting() {
        return ofLanes(Lanes::waiting);
    }

    @ManagedAttribute(description = "Peers with messages in the route or waiting for it")
    public long getOpenLanes() {
        return ofLanes(Lanes::open);
    }

    @ManagedAttribute(
            description =
                    "Age in milliseconds of the oldest message that keeps its peer from sending the next; 0 if none")
    public long getOldestHeldMillis() {
        return ofLanes(lanes -> oldestMillis(lanes.held().stream().map(ReceivedMessage::receivedAt)));
    }

    @Override
    @ManagedAttribute(
            description =
                    "Age in milliseconds of the oldest message that is held, in the route or waiting for it; 0 if none")
    public long getOldestMillis() {
        return ofLanes(lanes -> oldestMillis(lanes.all().map(ReceivedMessage::receivedAt)));
    }

    private long ofLanes(ToLongFunction<Lanes> figure) {
        Running now = running;
        return now == null ? 0 : figure.applyAsLong(now.lanes);
    }
}

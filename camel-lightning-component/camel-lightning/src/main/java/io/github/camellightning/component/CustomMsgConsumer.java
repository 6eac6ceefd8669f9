// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.ReceivedMessage;
import java.util.concurrent.Executor;
import java.util.function.ToLongFunction;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.jspecify.annotations.Nullable;

/** {@code from("lightning:custommsg")}: an exchange for each message that a peer sends. */
@ManagedResource(description = "Managed Lightning custommsg consumer")
public final class CustomMsgConsumer extends NodeConsumer<CustomMsgConsumer.Running> {

    private final LightningEndpoint endpoint;
    private final Intake intake;

    /** What it has while it is started. */
    record Running(LightningNode node, Lanes lanes, Asked asked, NodeLease lease, RoutePool pool) implements NodeUse {}

    CustomMsgConsumer(LightningEndpoint endpoint, Processor processor, Intake intake) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.intake = intake;
        setHealthCheck(new CustomMsgHealthCheck(this, endpoint));
    }

    @Override
    Running begin(LightningNode node) throws Exception {
        var pool = RoutePool.of(endpoint, this, endpoint.getReceive().getConcurrentConsumers());
        Lanes lanes = createLanes(node, pool.crew());
        Asked asked = null;
        try {
            asked = new Asked(node, node.onMessage(intake.filter(), lanes::accept));
            NodeLease lease = endpoint.getComponent().leases().takeForConsumer(node, endpoint.getStartupMode());
            asked.await();
            return new Running(node, lanes, asked, lease, pool);
        } catch (Exception notStarted) {
            stop(asked, lanes, pool);
            throw notStarted;
        }
    }

    private Lanes createLanes(LightningNode node, Executor pool) {
        var router = new MessageRouter(
                this, node, endpoint.createSender(node), intake.replyType(), Pools.orOnThisThread(pool));
        return new Lanes(intake, node::afterwards, pool, endpoint.getComponent().timer(), router::route, counters());
    }

    @Override
    void suspend(Running begun) {
        begun.lanes.suspend();
    }

    @Override
    Running resume(Running suspended) {
        suspended.lanes.resume();
        return suspended;
    }

    @Override
    void end(Running begun) {
        stop(begun.asked, begun.lanes, begun.pool);
    }

    private void stop(@Nullable Asked asked, Lanes lanes, RoutePool pool) {
        if (asked != null) {
            asked.close();
        }
        lanes.stop();
        // lanes that never ran find that it is stopped, and count their messages as dropped
        pool.end(lanes.inFlight() > 0).forEach(Runnable::run);
    }

    @Override
    public int getPendingExchangesSize() {
        return (int) ofLanes(Lanes::inFlight);
    }

    @Override
    boolean isCrowded() {
        Running now = use();
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
        Running now = use();
        return now == null ? 0 : figure.applyAsLong(now.lanes);
    }
}

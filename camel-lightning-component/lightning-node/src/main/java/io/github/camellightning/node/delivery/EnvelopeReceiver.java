// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.wire.WireException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes envelopes, has each handled once, and acknowledges it then. What a peer may have here that is not done is bounded. For one type of one node there
 * is one receiver.
 */
public final class EnvelopeReceiver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EnvelopeReceiver.class);
    private static final CompletionStage<Void> ROOM = CompletableFuture.completedFuture(null);
    private static final int TICKS = 10;

    private final LightningNode node;
    private final DeliverySettings settings;
    private final EnvelopeListener listener;
    private final HandledEnvelopes handled;
    private final boolean ordered;
    private final Map<NodeId, IncomingLane> lanes = new ConcurrentHashMap<>();
    private final Stock stock;
    private final ScheduledThreadPoolExecutor disk;
    private final Registration registration;
    private volatile boolean suspended;

    /**
     * @param peers whose envelopes are taken; empty: anybody's
     * @param ordered whether an envelope is handled only when the one that came whole before it is done
     */
    public EnvelopeReceiver(
            LightningNode node,
            DeliverySettings settings,
            Set<NodeId> peers,
            boolean ordered,
            HandledEnvelopes handled,
            EnvelopeListener listener) {
        this.node = node;
        this.settings = settings;
        this.listener = listener;
        this.handled = handled;
        this.ordered = ordered;
        this.stock = new Stock(settings);
        disk = new ScheduledThreadPoolExecutor(1, EnvelopeReceiver::daemon);
        disk.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        long period = Math.max(1, settings.incompleteTimeout().toMillis() / TICKS);
        disk.scheduleWithFixedDelay(this::tick, period, period, TimeUnit.MILLISECONDS);
        try {
            registration = node.onMessage(
                    MessageFilter.types(settings.type()).from(peers.toArray(NodeId[]::new)), this::received);
        } catch (RuntimeException refused) {
            disk.shutdownNow();
            throw refused;
        }
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "lightning-delivery-spool");
        thread.setDaemon(true);
        return thread;
    }

    private CompletionStage<Void> received(ReceivedMessage message) {
        List<DeliveryMessage> parsed = parse(message);
        if (parsed.isEmpty()) {
            return ROOM;
        }
        IncomingLane lane = lanes.compute(message.peer(), (peer, there) -> {
            IncomingLane entered = there == null ? open(peer) : there;
            entered.enter();
            return entered;
        });
        var room = new CompletableFuture<Void>();
        lane.serial().execute(() -> {
            CompletionStage<Void> taken = ROOM;
            try {
                taken = lane.received(parsed);
            } finally {
                // whatever goes wrong, the peer is not held for it
                taken.whenComplete((more, never) -> room.complete(null));
            }
        });
        return room;
    }

    private static List<DeliveryMessage> parse(ReceivedMessage received) {
        var parsed = new ArrayList<DeliveryMessage>();
        try {
            DeliveryCodec.apart(received.message().payload()).forEach(message -> parse(message, received, parsed));
        } catch (WireException malformed) {
            tell(received, malformed);
        }
        return parsed;
    }

    private static void parse(byte[] message, ReceivedMessage received, List<DeliveryMessage> parsed) {
        try {
            parsed.add(DeliveryCodec.parse(message));
        } catch (WireException malformed) {
            tell(received, malformed);
        }
    }

    private static void tell(ReceivedMessage received, WireException malformed) {
        LOG.debug("Peer {} sent a malformed part of an envelope: {}", received.peer(), malformed.getMessage());
    }

    private IncomingLane open(NodeId peer) {
        var lane = new IncomingLane(
                node, peer, settings, listener, handled, ordered, this::onDisk, System::nanoTime, stock);
        lane.serial().execute(() -> lane.suspend(suspended));
        return lane;
    }

    private void onDisk(Runnable work) {
        if (disk.isShutdown()) {
            work.run();
        } else {
            disk.execute(work);
        }
    }

    /** From now on new envelopes are told to wait; those that have begun go on. */
    public void suspend() {
        suspended = true;
        lanes.values().forEach(lane -> lane.serial().execute(() -> lane.suspend(true)));
    }

    public void resume() {
        suspended = false;
        lanes.values().forEach(lane -> lane.serial().execute(() -> lane.suspend(false)));
    }

    private void tick() {
        lanes.forEach((peer, lane) -> {
            lane.serial().execute(lane::tick);
            lanes.computeIfPresent(peer, (who, there) -> there.isIdle() ? null : there);
        });
    }

    /** With the node. */
    public Registration registration() {
        return registration;
    }

    /** Takes nothing new: what is half here is thrown away, what is whole is handled and acknowledged still. Idempotent. */
    @Override
    public void close() {
        registration.close();
        lanes.values().forEach(lane -> lane.serial().execute(lane::close));
        disk.shutdown();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.wire.WireException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends envelopes that their receivers acknowledge. What a broken connection may have lost is sent again when the peer is back; a large body goes on
 * from what the receiver has. For one type of one node there is one sender.
 */
public final class EnvelopeSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EnvelopeSender.class);
    private static final CompletionStage<Void> TAKEN = CompletableFuture.completedFuture(null);
    private static final int READERS = 4;
    private static final long IDLE_SECONDS = 10;
    private static final long TICK_MILLIS = 50;

    private final LightningNode node;
    private final DeliverySettings settings;
    private final Map<NodeId, OutgoingLane> lanes = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor readers;
    private final ScheduledThreadPoolExecutor timer;
    private final Registration answers;
    private final Registration peerEvents;
    private volatile boolean closed;

    public EnvelopeSender(LightningNode node, DeliverySettings settings) {
        this.node = node;
        this.settings = settings;
        readers = new ThreadPoolExecutor(
                READERS,
                READERS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> daemon(task, "reader"));
        readers.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "timer"));
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        answers = node.onMessage(MessageFilter.types(settings.answerType()).promptly(), this::answered);
        peerEvents = node.onPeerEvent(this::happened);
    }

    private static Thread daemon(Runnable task, String name) {
        var thread = new Thread(task, "lightning-delivery-" + name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Sends an envelope, whether the peer is connected or will be.
     *
     * @param id the same each time the same thing is sent, so that the receiver knows it again
     * @param deadline without progress: until then the receiver has to have more of it than before, at last to have handled it
     * @return completes when the receiver has handled it, on a thread that must not wait. Fails with {@link RefusedException}, {@link
     *     io.github.camellightning.node.InvalidMessageException}, {@link io.github.camellightning.node.QueueFullException}, {@link
     *     io.github.camellightning.node.TimeoutException} (nothing was written) or {@link io.github.camellightning.node.OutcomeUnknownException}
     */
    public CompletionStage<Void> send(
            NodeId peer, EnvelopeId id, EnvelopeLabels labels, EnvelopeBody body, Duration deadline) {
        return send(peer, id, labels, body, deadline, null);
    }

    /**
     * Sends an envelope, and connects to the peer where it is not connected.
     *
     * @param connect called each time a message finds that the peer is not connected, one call at a time
     * @return as {@link #send(NodeId, EnvelopeId, EnvelopeLabels, EnvelopeBody, Duration)}
     */
    public CompletionStage<Void> send(
            NodeId peer,
            EnvelopeId id,
            EnvelopeLabels labels,
            EnvelopeBody body,
            Duration deadline,
            @Nullable Supplier<CompletionStage<Void>> connect) {
        var source = new PartSource(body, settings.partBytes(), readers);
        var envelope =
                new OutgoingEnvelope(peer, id, labels, source, deadline, settings.window(), connect, System.nanoTime());
        try {
            OutgoingLane lane = lanes.compute(peer, (who, there) -> {
                OutgoingLane mine = there == null ? open(who) : there;
                mine.admit();
                return mine;
            });
            lane.serial().execute(() -> lane.add(envelope));
            if (closed) {
                lane.serial().execute(lane::close);
            }
            return envelope.handled();
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private OutgoingLane open(NodeId peer) {
        var lane = new OutgoingLane(node, peer, settings, System::nanoTime);
        if (closed) {
            lane.serial().execute(lane::close);
        } else {
            tickLater(peer, lane);
        }
        return lane;
    }

    private void tickLater(NodeId peer, OutgoingLane lane) {
        try {
            timer.schedule(() -> tick(peer, lane), TICK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("No more ticks: closed");
        }
    }

    private void tick(NodeId peer, OutgoingLane lane) {
        if (lanes.computeIfPresent(peer, (who, there) -> there.isIdle() ? null : there) == lane) {
            lane.serial().execute(() -> lane.tick(System.currentTimeMillis()));
            tickLater(peer, lane);
        }
    }

    private CompletionStage<Void> answered(ReceivedMessage message) {
        OutgoingLane lane = lanes.get(message.peer());
        if (lane != null) {
            try {
                DeliveryMessage.Answer answer =
                        DeliveryCodec.parseAnswer(message.message().payload());
                lane.serial().execute(() -> lane.answered(answer));
            } catch (WireException malformed) {
                LOG.debug("Peer {} sent a malformed answer: {}", message.peer(), malformed.getMessage());
            }
        }
        return TAKEN;
    }

    private void happened(PeerEvent event) {
        OutgoingLane lane = lanes.get(event.peer());
        if (lane != null) {
            lane.serial().execute(event instanceof PeerEvent.Connected ? lane::connected : lane::disconnected);
        }
    }

    /** With the node, for the answers. Until it is in force an answer may be missed, and is asked for later. */
    public Registration registration() {
        return answers;
    }

    /** What is not acknowledged fails. Idempotent. */
    @Override
    public void close() {
        closed = true;
        answers.close();
        peerEvents.close();
        timer.shutdown();
        lanes.values().forEach(lane -> lane.serial().execute(lane::close));
        readers.shutdown();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import io.github.camellightning.node.LimitedLog;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The custommsg calls of lightningd on their way to the listeners: one of each peer at a time. lightningd mostly waits for our answer before it
 * reads that peer's next message, but not when it writes to the peer meanwhile, and it bounds nothing; so what one peer may have waiting here is bounded,
 * and a peer that exceeds it is reported.
 */
final class HookQueue {

    static final int MAX_MESSAGES = 1_024;
    static final long MAX_BYTES = 16L * 1024 * 1024;
    /** No sooner, for what it sent before it was disconnected may still come. */
    static final long REPORTED_AGAIN_AFTER = TimeUnit.SECONDS.toNanos(1);

    private record Waiting(ReceivedMessage message, CompletableFuture<Void> handled) {}

    private static final class Lane {
        private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
        private long bytes;
        /** When the peer was last reported, where it was. */
        private @Nullable Long reportedAt;

        private boolean isReportDue(long now) {
            Long last = reportedAt;
            boolean due = last == null || now - last >= REPORTED_AGAIN_AFTER;
            if (due) {
                reportedAt = now;
            }
            return due;
        }
    }

    private final MessageDispatcher dispatcher;
    private final Consumer<NodeId> tooMuch;
    private final LongSupplier clock;
    private final LimitedLog log = new LimitedLog(LoggerFactory.getLogger(CoreLightningNode.class));
    private final Map<NodeId, Lane> lanes = new HashMap<>();

    /**
     * For the messages that a dispatcher's listeners want.
     *
     * @param tooMuch told of a peer that sends more than may wait, and again as long as it goes on, since it may have come back; its messages are passed
     *     over until some of those before are handled
     */
    HookQueue(MessageDispatcher dispatcher, Consumer<NodeId> tooMuch) {
        this(dispatcher, tooMuch, System::nanoTime);
    }

    /** @param clock in nanoseconds */
    HookQueue(MessageDispatcher dispatcher, Consumer<NodeId> tooMuch, LongSupplier clock) {
        this.dispatcher = dispatcher;
        this.tooMuch = tooMuch;
        this.clock = clock;
    }

    /**
     * Has it handled in its turn.
     *
     * @param taken run before it is handled, and not where it is passed over; it must not wait
     * @return completes when every listener has handled it, or at once where it is passed over
     */
    CompletionStage<Void> offer(ReceivedMessage message, Runnable taken) {
        var mine = new Waiting(message, new CompletableFuture<>());
        boolean first;
        boolean report;
        synchronized (lanes) {
            Lane lane = lanes.get(message.peer());
            first = lane == null;
            if (lane == null) {
                lanes.put(message.peer(), new Lane());
                report = false;
            } else if (lane.waiting.size() < MAX_MESSAGES && lane.bytes < MAX_BYTES) {
                taken.run();
                lane.waiting.add(mine);
                lane.bytes += message.message().payload().length;
                return mine.handled;
            } else {
                report = lane.isReportDue(clock.getAsLong());
            }
        }
        if (first) {
            taken.run();
            deliver(mine);
        } else {
            passOver(mine, report);
        }
        return mine.handled;
    }

    private void passOver(Waiting lost, boolean report) {
        NodeId peer = lost.message.peer();
        log.warn("Messages of peer " + peer + " are lost, for as many of it as may wait already. A route does not get"
                + " done with what it has of that peer: see what keeps it, or give it less to do");
        if (report) {
            tooMuch.accept(peer);
        }
        lost.handled.complete(null);
    }

    /** Goes on with the peer's next message on whatever thread handled the one before. */
    private void deliver(Waiting first) {
        Waiting current = first;
        while (current != null) {
            Waiting delivered = current;
            CompletionStage<Void> handled = dispatcher.dispatchInOrder(delivered.message);
            if (!handled.toCompletableFuture().isDone()) {
                handled.whenComplete((ignored, failure) -> {
                    delivered.handled.complete(null);
                    Waiting next = next(delivered.message.peer());
                    if (next != null) {
                        deliver(next);
                    }
                });
                return;
            }
            delivered.handled.complete(null);
            current = next(delivered.message.peer());
        }
    }

    private @Nullable Waiting next(NodeId peer) {
        synchronized (lanes) {
            Lane lane = lanes.get(peer);
            Waiting next = lane == null ? null : lane.waiting.poll();
            if (next == null) {
                lanes.remove(peer);
            } else if (lane != null) {
                lane.bytes -= next.message.message().payload().length;
            }
            return next;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends replies as fast as each peer takes them, and keeps no more of them in memory than a window. The replies of a peer take turns, a part each, so that
 * a small one gets by a large one.
 */
final class Replies {

    private static final Logger LOG = LoggerFactory.getLogger(CommandoServer.class);
    /** What a part costs besides its bytes, roughly. */
    private static final int BOOKKEEPING = 128;

    private static final class Lane {
        private final Deque<Reply> waiting = new ArrayDeque<>(0);
        private long unwritten;
        private boolean pumping;
    }

    private final ReplyTransport transport;
    private final Executor disk;
    private final int window;
    /** Told once of each reply, when its last part is written or when it never will be. */
    private final Consumer<Reply> ended;

    private final Map<NodeId, Lane> lanes = new HashMap<>();

    Replies(ReplyTransport transport, Executor disk, int window, Consumer<Reply> ended) {
        this.transport = transport;
        this.disk = disk;
        this.window = window;
        this.ended = ended;
    }

    void send(Reply reply) {
        NodeId peer = reply.call().peer();
        Lane lane;
        synchronized (this) {
            lane = lanes.computeIfAbsent(peer, key -> new Lane());
            lane.waiting.add(reply);
        }
        pump(peer, lane);
    }

    private void pump(NodeId peer, Lane lane) {
        Reply next = take(peer, lane, false);
        while (next != null) {
            if (next.isInFile()) {
                Reply read = next;
                disk.execute(() -> {
                    sendPart(peer, lane, read);
                    goOn(peer, lane);
                });
                return;
            }
            sendPart(peer, lane, next);
            next = take(peer, lane, true);
        }
    }

    private void goOn(NodeId peer, Lane lane) {
        synchronized (this) {
            lane.pumping = false;
        }
        pump(peer, lane);
    }

    /** @param mine whether the caller is the one that pumps; else nobody must */
    private synchronized @Nullable Reply take(NodeId peer, Lane lane, boolean mine) {
        if (!mine && lane.pumping) {
            return null;
        }
        Reply next = lane.unwritten >= window ? null : lane.waiting.poll();
        lane.pumping = next != null;
        if (next == null && lane.waiting.isEmpty() && lane.unwritten == 0) {
            lanes.remove(peer, lane);
        }
        return next;
    }

    private void sendPart(NodeId peer, Lane lane, Reply reply) {
        if (reply.call().isDropped()) {
            end(reply);
            return;
        }
        CustomMessage part = part(reply);
        if (part == null) {
            reply.call().drop();
            end(reply);
            return;
        }
        long cost = part.payload().length + BOOKKEEPING;
        boolean last = reply.isTaken();
        synchronized (this) {
            lane.unwritten += cost;
            if (!last) {
                lane.waiting.add(reply);
            }
        }
        send(peer, part).whenComplete((sent, failure) -> {
            synchronized (this) {
                lane.unwritten -= cost;
            }
            if (failure != null) {
                // its other parts are of no use any more
                reply.call().drop();
            }
            if (last) {
                end(reply);
            }
            pump(peer, lane);
        });
    }

    /** What fails here must not keep the others from their turns. */
    private void end(Reply reply) {
        try {
            ended.accept(reply);
        } catch (RuntimeException | Error fault) {
            LOG.error("What follows a reply failed, a fault of this library. Report it with what follows", fault);
        }
    }

    /** Null where there is none, not even an empty one. */
    private static @Nullable CustomMessage part(Reply reply) {
        try {
            return reply.next();
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.error(
                    "A result could not be read, its reply stays incomplete. See to what the route leaves as its body: {}",
                    unreadable.getMessage());
            return reply.giveUp();
        } catch (Throwable fault) {
            LOG.error(
                    "A part of a reply could not be made, the reply stays incomplete: a fault of this library. Report it with what follows",
                    fault);
            return null;
        }
    }

    private CompletionStage<Void> send(NodeId peer, CustomMessage part) {
        try {
            return transport.send(peer, part);
        } catch (Throwable refused) {
            // an error too: the replies behind it wait
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** Its calls are dropped: what waits is given up. */
    void dropped(NodeId peer) {
        List<Reply> given;
        synchronized (this) {
            Lane lane = lanes.get(peer);
            if (lane == null) {
                return;
            }
            given = lane.waiting.stream()
                    .filter(reply -> reply.call().isDropped())
                    .toList();
            lane.waiting.removeAll(given);
        }
        given.forEach(this::end);
    }

    /** Of the peer, those that are not, or not all, handed over. */
    synchronized int waiting(NodeId peer) {
        Lane lane = lanes.get(peer);
        return lane == null ? 0 : lane.waiting.size();
    }

    synchronized int size() {
        return lanes.size();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The custom messages of one peer on their way to the listeners: one at a time, in order, the next when the one before is handled. It
 * belongs to the peer, not to a connection, so that a peer that reconnects does not get a second allowance.
 */
final class Inbox {

    private final NodeId peer;
    private final MessageDispatcher dispatcher;
    private final Consumer<NodeId> unused;
    private final int maxMessages;
    private final long maxBytes;

    private final ArrayDeque<ReceivedMessage> queue = new ArrayDeque<>(0);
    private long bytes;
    private boolean delivering;
    private int connections;
    /** Of connections that are not read from meanwhile. */
    private final List<Runnable> onRoom = new ArrayList<>(0);

    /** @param unused told when the last message is handled and no connection left, under no lock */
    Inbox(NodeId peer, MessageDispatcher dispatcher, PeerLimits limits, Consumer<NodeId> unused) {
        this.peer = peer;
        this.dispatcher = dispatcher;
        this.unused = unused;
        this.maxMessages = limits.getInboundMessages();
        this.maxBytes = limits.getInboundBytes();
    }

    /**
     * @param room called once, on any thread, when there is room again; only where this returns false
     * @return whether there is room for more
     */
    boolean offer(CustomMessage message, Runnable room) {
        var received = new ReceivedMessage(peer, message, Instant.now());
        if (!dispatcher.dispatchPromptly(received)) {
            return true;
        }
        synchronized (this) {
            if (delivering) {
                queue.add(received);
                bytes += message.payload().length;
                if (!isFull()) {
                    return true;
                }
                onRoom.add(room);
                return false;
            }
            delivering = true;
        }
        deliver(received);
        return true;
    }

    /** @return whether there is no room; then {@code room} is called as with {@link #offer} */
    synchronized boolean waitForRoom(Runnable room) {
        boolean full = isFull();
        if (full) {
            onRoom.add(room);
        }
        return full;
    }

    private boolean isFull() {
        return queue.size() >= maxMessages || bytes >= maxBytes;
    }

    /** Goes on with the next message on whatever thread handled the one before: a hop for each would cost more than most listeners. */
    private void deliver(@Nullable ReceivedMessage first) {
        for (ReceivedMessage message = first; message != null; message = next()) {
            CompletionStage<Void> handled = dispatcher.dispatchInOrder(message);
            if (!handled.toCompletableFuture().isDone()) {
                handled.whenComplete((ignored, failure) -> deliver(next()));
                return;
            }
        }
    }

    private @Nullable ReceivedMessage next() {
        ReceivedMessage message;
        List<Runnable> rooms = List.of();
        boolean over;
        synchronized (this) {
            message = queue.poll();
            if (message == null) {
                delivering = false;
            } else {
                bytes -= message.message().payload().length;
                if (!onRoom.isEmpty() && hasEased()) {
                    rooms = List.copyOf(onRoom);
                    onRoom.clear();
                }
            }
            over = isUnused();
        }
        rooms.forEach(Runnable::run);
        if (over) {
            unused.accept(peer);
        }
        return message;
    }

    /** Half empty, lest reading starts and stops with every message. */
    private boolean hasEased() {
        return queue.size() <= maxMessages / 2 && bytes <= maxBytes / 2;
    }

    synchronized void connected() {
        connections++;
    }

    synchronized void disconnected() {
        connections--;
    }

    synchronized boolean isUnused() {
        return connections == 0 && !delivering;
    }
}

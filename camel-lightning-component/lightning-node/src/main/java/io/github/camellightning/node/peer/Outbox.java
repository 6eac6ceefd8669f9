// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.noise.SendCipher;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one peer. Any thread adds to it; the connection's event loop encrypts and writes, many messages at a
 * time. Control messages pass what waits here.
 */
final class Outbox {

    private static final int BATCH_BYTES = 64 * 1024;
    /** So that one busy connection leaves its event loop to the others now and then. */
    private static final int BATCHES_A_TURN = 8;
    /** What a queued message costs besides its bytes, roughly. */
    private static final int BOOKKEEPING = 64;

    /**
     * A message and who waits for it.
     *
     * @param beyond whether it waits beyond what the bytes allow
     */
    record Outgoing(CustomMessage message, CompletableFuture<Void> sent, boolean beyond) {
        int wireBytes() {
            return Outbox.wireBytes(message);
        }
    }

    private final Channel channel;
    private final NodeId remote;
    private final SendCipher sender;
    private final PeerContext context;

    private final Object lock = new Object();
    private final ArrayDeque<Outgoing> queue = new ArrayDeque<>(0);
    /** Of messages queued and messages being written, our own words included. */
    private long pendingBytes;
    /** Of the messages queued, those that wait beyond what the bytes allow. */
    private int waiting;

    private boolean draining;
    private @Nullable LightningException closed;
    private @Nullable Outbox successor;
    private @Nullable Runnable onDrained;
    private volatile long lastProgress = System.nanoTime();

    Outbox(Channel channel, NodeId remote, SendCipher sender, PeerContext context) {
        this.channel = channel;
        this.remote = remote;
        this.sender = sender;
        this.context = context;
    }

    CompletionStage<Void> send(CustomMessage message) {
        return send(message, false);
    }

    /** The same for who bounds what of theirs waits here: it is never refused because that is much. */
    CompletionStage<Void> sendAnyway(CustomMessage message) {
        return send(message, true);
    }

    private CompletionStage<Void> send(CustomMessage message, boolean anyway) {
        Outbox next;
        synchronized (lock) {
            next = successor;
            if (next == null) {
                return offer(message, anyway);
            }
        }
        return next.send(message, anyway);
    }

    /** Under the lock. */
    private CompletionStage<Void> offer(CustomMessage message, boolean anyway) {
        if (closed != null) {
            return CompletableFuture.failedFuture(closed);
        }
        boolean full = !anyway && pendingBytes >= context.limits().getOutboundBytes();
        if (full && !mayWait()) {
            return CompletableFuture.failedFuture(queueFull());
        }
        var sent = new CompletableFuture<Void>();
        add(new Outgoing(message, sent, full));
        return sent;
    }

    /**
     * Hands what is not written to another connection to the same peer, and so all that is sent here from now on: whoever found this
     * connection a moment ago must neither fail nor overtake.
     */
    void moveTo(Outbox other, String reason) {
        List<Outgoing> unsent;
        boolean adopted;
        synchronized (lock) {
            unsent = close(reason);
            adopted = other.adopt(unsent);
            successor = other;
        }
        if (!adopted) {
            fail(unsent, reason);
        }
    }

    private boolean adopt(List<Outgoing> unsent) {
        synchronized (lock) {
            if (closed != null) {
                return false;
            }
            unsent.forEach(this::add);
            return true;
        }
    }

    /** Under the lock. */
    private void add(Outgoing outgoing) {
        queue.add(outgoing);
        addPending(outgoing.wireBytes() + BOOKKEEPING);
        waiting += outgoing.beyond ? 1 : 0;
        if (!draining) {
            draining = true;
            channel.eventLoop().execute(this::drain);
        }
    }

    /** Under the lock. */
    private Outgoing remove() {
        Outgoing next = queue.remove();
        waiting -= next.beyond ? 1 : 0;
        return next;
    }

    /** Under the lock. */
    private void addPending(long cost) {
        if (pendingBytes == 0) {
            lastProgress = System.nanoTime();
        }
        pendingBytes += cost;
    }

    private void takeOff(long cost) {
        synchronized (lock) {
            pendingBytes -= cost;
        }
        lastProgress = System.nanoTime();
    }

    private boolean mayWait() {
        return context.settings().whenOutboundFull() == PeerNode.WhenFull.WAIT
                && waiting < context.limits().getOutboundWaiting();
    }

    private QueueFullException queueFull() {
        String limit = "outboundBytes=" + context.limits().getOutboundBytes();
        if (context.settings().whenOutboundFull() == PeerNode.WhenFull.WAIT) {
            limit += ", outboundWaiting=" + context.limits().getOutboundWaiting();
        }
        return new QueueFullException("Peer " + remote + " takes messages too slowly: " + pendingBytes
                + " bytes wait already (" + limit + ")");
    }

    /** On the event loop: when something was added, and when the socket takes more again. */
    void drain() {
        for (int batches = 0; channel.isWritable(); batches++) {
            if (batches == BATCHES_A_TURN) {
                channel.eventLoop().execute(this::drain);
                return;
            }
            List<Outgoing> batch = nextBatch();
            if (batch.isEmpty()) {
                return;
            }
            write(batch);
        }
    }

    private List<Outgoing> nextBatch() {
        Runnable drained;
        synchronized (lock) {
            if (!queue.isEmpty()) {
                return take();
            }
            draining = false;
            drained = onDrained;
            onDrained = null;
        }
        if (drained != null) {
            drained.run();
        }
        return List.of();
    }

    private List<Outgoing> take() {
        var batch = new ArrayList<Outgoing>(Math.min(queue.size(), 512));
        int bytes = 0;
        for (Outgoing next = queue.peek(); next != null && bytes < BATCH_BYTES; next = queue.peek()) {
            batch.add(remove());
            bytes += next.wireBytes();
        }
        return batch;
    }

    private void write(List<Outgoing> batch) {
        int bytes = 0;
        for (Outgoing outgoing : batch) {
            bytes += outgoing.wireBytes();
        }
        ByteBuf frames = channel.alloc().directBuffer(bytes);
        for (Outgoing outgoing : batch) {
            encrypt(outgoing.message, frames);
        }
        long cost = bytes + (long) BOOKKEEPING * batch.size();
        channel.writeAndFlush(frames).addListener(written -> written(batch, cost, written.isSuccess()));
    }

    private void written(List<Outgoing> batch, long cost, boolean success) {
        takeOff(cost);
        for (Outgoing outgoing : batch) {
            if (success) {
                outgoing.sent.complete(null);
            } else {
                outgoing.sent.completeExceptionally(new OutcomeUnknownException(
                        "The connection with " + remote + " ended while the message was being written"));
            }
        }
    }

    /** On the event loop: a message of ours, ahead of all that waits here. It counts as waiting too until the socket has it. */
    ChannelFuture writeControl(CustomMessage message) {
        int bytes = wireBytes(message);
        long cost = bytes + BOOKKEEPING;
        synchronized (lock) {
            addPending(cost);
        }
        ByteBuf frame = channel.alloc().directBuffer(bytes);
        encrypt(message, frame);
        return channel.writeAndFlush(frame).addListener(written -> takeOff(cost));
    }

    private void encrypt(CustomMessage message, ByteBuf frames) {
        Workspace workspace = context.workspaces().get();
        byte[] payload = message.payload();
        workspace.plain[0] = (byte) (message.type() >> 8);
        workspace.plain[1] = (byte) message.type();
        System.arraycopy(payload, 0, workspace.plain, 2, payload.length);
        int written = sender.encrypt(workspace.aead, workspace.plain, 0, 2 + payload.length, workspace.sealed, 0);
        frames.writeBytes(workspace.sealed, 0, written);
    }

    private static int wireBytes(CustomMessage message) {
        return 2 + message.payload().length + SendCipher.OVERHEAD;
    }

    long pendingBytes() {
        synchronized (lock) {
            return pendingBytes;
        }
    }

    /** How long the peer has taken nothing although something waits. */
    long stalledFor(long now) {
        return pendingBytes() == 0 ? 0 : now - lastProgress;
    }

    /** On the event loop: nothing more may be added; what is here is written before {@code drained} runs. */
    void finish(String reason, Runnable drained) {
        synchronized (lock) {
            refuseFrom(reason);
            onDrained = drained;
            draining = true;
        }
        drain();
    }

    /** Nothing more may be added. @return what was not written, for another connection or to fail */
    List<Outgoing> close(String reason) {
        synchronized (lock) {
            refuseFrom(reason);
            var unsent = new ArrayList<Outgoing>(queue.size());
            while (!queue.isEmpty()) {
                unsent.add(remove());
            }
            for (Outgoing outgoing : unsent) {
                pendingBytes -= outgoing.wireBytes() + BOOKKEEPING;
            }
            return unsent;
        }
    }

    private void refuseFrom(String reason) {
        if (closed == null) {
            closed = new NotConnectedException("Peer " + remote + " is not connected: " + reason);
        }
    }

    static void fail(List<Outgoing> unsent, String reason) {
        for (Outgoing outgoing : unsent) {
            outgoing.sent.completeExceptionally(
                    new NotConnectedException("The connection ended before the message was written: " + reason));
        }
    }
}

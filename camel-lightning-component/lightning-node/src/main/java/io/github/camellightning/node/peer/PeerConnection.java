// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.Peer.Direction;
import io.github.camellightning.node.noise.Completed;
import io.github.camellightning.node.noise.NoiseException;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A connection whose peer has proved who it is: from the end of the handshake, through {@code init}, to its close. */
final class PeerConnection {

    /** What becomes of a connection, on its event loop. */
    interface Observer {
        void established(PeerConnection connection);

        void closed(PeerConnection connection, String reason);
    }

    private final PeerContext context;
    private final Channel channel;
    private final NodeId remote;
    private final Direction direction;
    private final String address;
    private final Inbox inbox;
    private final PeerCounters counters;
    private final Observer observer;
    private final Outbox outbox;
    private final FrameDecoder frames;
    private final MessageHandler messages;
    private final long createdAt = System.nanoTime();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    private @Nullable Future<?> ticking;
    private @Nullable String closing;
    private boolean established;
    private boolean aborted;
    private boolean over;
    private long pingedAt = createdAt;
    private volatile String features = "";

    PeerConnection(
            PeerContext context,
            Channel channel,
            Completed handshake,
            Direction direction,
            String address,
            Inbox inbox,
            PeerCounters counters,
            Observer observer) {
        this.context = context;
        this.channel = channel;
        this.remote = handshake.remote();
        this.direction = direction;
        this.address = address;
        this.inbox = inbox;
        this.counters = counters;
        this.observer = observer;
        this.outbox = new Outbox(channel, remote, handshake.sender(), context);
        this.frames = new FrameDecoder(handshake.receiver(), context);
        this.messages = new MessageHandler(this, channel, context, frames);
    }

    /** On the event loop, while the handshake's handler is still there to pass on what followed its last act. */
    void open() {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast("frames", frames);
        pipeline.addLast("init", new InitHandler(context, this, this::established));
        pipeline.addLast("control", new ControlHandler(this, context.limits()));
        pipeline.addLast("messages", messages);
        long interval = tickMillis(context.limits());
        ticking = channel.eventLoop().scheduleWithFixedDelay(this::tick, interval, interval, MILLISECONDS);
    }

    private void established(InitMessage theirs) {
        features = HexFormat.of().formatHex(theirs.features().encode());
        established = true;
        observer.established(this);
        messages.established();
    }

    /** Everything that depends on time, in one place: a timer for each rule and connection would cost more than all the rules. */
    private void tick() {
        long now = System.nanoTime();
        PeerLimits limits = context.limits();
        messages.tick(now);
        long silence = now - frames.lastRead();
        if (frames.frameAge(now) > MILLISECONDS.toNanos(limits.getFrameTimeoutMillis())) {
            abort("a frame that was begun did not end within " + limits.getFrameTimeoutMillis() + " ms", true);
        } else if (outbox.stalledFor(now) > MILLISECONDS.toNanos(limits.getOutboundStallMillis())) {
            abort("it takes nothing of what waits for it", false);
        } else if (silence > MILLISECONDS.toNanos(limits.getDeadAfterMillis()) && mustSpeak()) {
            abort("not a byte within " + limits.getDeadAfterMillis() + " ms", false);
        } else if (silence > MILLISECONDS.toNanos(limits.getPingAfterMillis())
                && now - pingedAt > MILLISECONDS.toNanos(limits.getPingAfterMillis())) {
            pingedAt = now;
            writeControl(ControlMessages.ping());
        }
    }

    /** A peer that we do not read from cannot, and Core Lightning is silent while it works on a commando, to pings too. */
    private boolean mustSpeak() {
        return channel.config().isAutoRead() && !context.commando().isWaitingFor(remote);
    }

    /** Often enough for the shortest of the limits. */
    private static long tickMillis(PeerLimits limits) {
        long shortest = Math.min(
                Math.min(limits.getFrameTimeoutMillis(), limits.getOutboundStallMillis()),
                Math.min(
                        Math.min(limits.getInboundStallMillis(), limits.getInboundStallPingMillis()),
                        Math.min(limits.getPingAfterMillis(), limits.getDeadAfterMillis())));
        return Math.max(10, Math.min(1_000, shortest / 4));
    }

    /** On the event loop: nothing more is read until then. */
    void readAfter(CompletionStage<Void> done) {
        messages.readAfter(done);
    }

    ChannelFuture writeControl(CustomMessage message) {
        return outbox.writeControl(message);
    }

    void logFromPeer(CustomMessage errorOrWarning) {
        String kind = errorOrWarning.type() == MessageTypes.ERROR ? "an error" : "a warning";
        context.log().warn(remote.hex(), "sent " + kind, ": " + ControlMessages.text(errorOrWarning.payload()));
    }

    /** Completes when it is closed and everybody has been told. */
    CompletableFuture<Void> gone() {
        return gone;
    }

    /** Ends the connection because of what the peer did, or failed to do. */
    void abort(String reason, boolean warn) {
        if (closing != null) {
            return;
        }
        context.log().warn(remote.hex(), "disconnected: ", reason);
        aborted = true;
        closing = reason;
        if (warn) {
            writeControl(ControlMessages.warning(reason));
        }
        hangUp();
    }

    void fail(Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (reason instanceof ProtocolException broken) {
            abort(String.valueOf(broken.getMessage()), broken.warn());
        } else if (reason instanceof NoiseException || reason instanceof IOException) {
            abort(String.valueOf(reason.getMessage()), false);
        } else {
            abort("a fault of this library, to be reported: " + reason, false);
        }
    }

    /**
     * Ends the connection because we want it to; what waits to be written is written first, within the limit of a stop.
     *
     * @return completes when it is closed
     */
    CompletionStage<Void> close(String reason) {
        onLoop(() -> {
            if (closing == null) {
                closing = reason;
                finish(reason);
            }
        });
        return gone.copy();
    }

    private void finish(String reason) {
        if (established) {
            outbox.finish(reason, this::hangUp);
            closeLater();
        } else {
            channel.close();
        }
    }

    /**
     * Says that we are done and lets the peer close: with bytes of the peer unread, closing at once would reset the connection, and our last
     * words with it.
     */
    private void hangUp() {
        frames.discard(channel);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> ((DuplexChannel) channel).shutdownOutput());
        closeLater();
    }

    private void closeLater() {
        channel.eventLoop().schedule(() -> channel.close(), context.limits().getStopTimeoutMillis(), MILLISECONDS);
    }

    private void onLoop(Runnable task) {
        if (channel.eventLoop().inEventLoop()) {
            task.run();
        } else {
            channel.eventLoop().execute(task);
        }
    }

    /** Gives way to another connection with the same peer, still taking for a moment what the peer sent on this one. */
    void retire(PeerConnection other, String reason) {
        outbox.moveTo(other.outbox, reason);
        channel.eventLoop().schedule(() -> close(reason), context.limits().getStopTimeoutMillis() / 2, MILLISECONDS);
    }

    /** The channel is closed, whoever closed it. */
    void closed() {
        if (over) {
            return;
        }
        over = true;
        if (ticking != null) {
            ticking.cancel(false);
        }
        String reason = closing == null ? hungUp() : closing;
        Outbox.fail(outbox.close(reason), reason);
        try {
            observer.closed(this, reason);
        } finally {
            gone.complete(null);
        }
    }

    private String hungUp() {
        return established
                ? "the peer closed the connection"
                : "the peer closed the connection before init was exchanged: most likely it does not want us";
    }

    void countReceived() {
        counters.received.increment();
    }

    void countUnclaimed() {
        counters.unclaimed.increment();
    }

    /** Whether it ended because of what the peer did, which is in the log already. */
    boolean aborted() {
        return aborted;
    }

    NodeId remote() {
        return remote;
    }

    Direction direction() {
        return direction;
    }

    String address() {
        return address;
    }

    String features() {
        return features;
    }

    long createdAt() {
        return createdAt;
    }

    Outbox outbox() {
        return outbox;
    }

    Inbox inbox() {
        return inbox;
    }

    /** Where an inbound peer dialled from; null where we dialled. */
    @Nullable
    InetSocketAddress inboundRemote() {
        return direction == Direction.INBOUND && channel.remoteAddress() instanceof InetSocketAddress inet
                ? inet
                : null;
    }

    /** The node that opened this connection; what decides between two. */
    NodeId dialler() {
        return direction == Direction.INBOUND ? remote : context.self();
    }
}

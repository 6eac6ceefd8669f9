// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.commando.CommandoClient;
import io.github.camellightning.node.commando.CommandoServer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Hands custom messages to the peer's {@link Inbox}, stops reading while that is full, and ends connections: last in the pipeline, it
 * hears of every failure. Never waits for what we write.
 */
final class MessageHandler extends ChannelInboundHandlerAdapter {

    private final PeerConnection connection;
    private final Channel channel;
    private final MessageDispatcher dispatcher;
    private final CommandoClient commando;
    private final @Nullable CommandoServer server;
    private final FrameDecoder frames;
    private final PeerLimits limits;
    /** One object, for it is handed over with each message. */
    private final Runnable room = this::resumeLater;

    /** A reply and its delivery to a listener may each want one. */
    private int pauses;

    private long pausedAt;
    private long pingedAt;

    MessageHandler(PeerConnection connection, Channel channel, PeerContext context, FrameDecoder frames) {
        this.connection = connection;
        this.channel = channel;
        this.dispatcher = context.dispatcher();
        this.commando = context.commando();
        this.server = context.server();
        this.frames = frames;
        this.limits = context.limits();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        var message = (CustomMessage) msg;
        if (MessageTypes.isCommandoReply(message.type())) {
            replied(message);
        } else if (server != null && MessageTypes.isCommandoRequest(message.type())) {
            server.received(connection.remote(), message);
        }
        if (!dispatcher.wants(connection.remote(), message.type())) {
            if (MessageTypes.isEven(message.type())) {
                throw new ProtocolException("unknown even message type " + message.type(), true);
            }
            if (!isCommando(message.type())) {
                connection.countUnclaimed();
            }
            return;
        }
        connection.countReceived();
        if (!connection.inbox().offer(message, room)) {
            pause();
        }
    }

    private boolean isCommando(int type) {
        return MessageTypes.isCommandoReply(type) || (server != null && MessageTypes.isCommandoRequest(type));
    }

    /** Passes by the inbox: who handles a message may wait for a reply of its sender. */
    private void replied(CustomMessage reply) {
        CompletableFuture<Void> more =
                commando.received(connection.remote(), reply).toCompletableFuture();
        if (!more.isDone()) {
            pause();
            more.thenRun(room);
        }
    }

    /** With the inbox still full of what came over another connection, not a message is read from this one. */
    void established() {
        if (connection.inbox().waitForRoom(room)) {
            pause();
        }
    }

    void readAfter(CompletionStage<Void> done) {
        pause();
        done.thenRun(room);
    }

    private void pause() {
        if (pauses++ == 0) {
            pausedAt = pingedAt = System.nanoTime();
            frames.pause(channel);
        }
    }

    private void resumeLater() {
        try {
            channel.eventLoop().execute(this::resume);
        } catch (RejectedExecutionException stopped) {
            // the node went down, and nothing is left to read
        }
    }

    private void resume() {
        if (--pauses == 0 && channel.isActive()) {
            frames.resume(channel);
        }
    }

    void tick(long now) {
        if (pauses == 0) {
            return;
        }
        if (now - pausedAt > MILLISECONDS.toNanos(limits.getInboundStallMillis())) {
            connection.abort("its messages wait too long for our listeners", true);
        } else if (now - pingedAt >= MILLISECONDS.toNanos(limits.getInboundStallPingMillis())) {
            pingedAt = now;
            connection.writeControl(ControlMessages.ping());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.outbox().drain();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.fail(cause);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageTypes;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Hands custom messages to the peer's {@link Inbox}, stops reading while that is full, and ends connections: last in the pipeline, it
 * hears of every failure. Never waits for what we write.
 */
final class MessageHandler extends ChannelInboundHandlerAdapter {

    private final PeerConnection connection;
    private final MessageDispatcher dispatcher;
    private final FrameDecoder frames;
    private final PeerLimits limits;

    private boolean paused;
    private long pausedAt;
    private long pingedAt;

    MessageHandler(PeerConnection connection, MessageDispatcher dispatcher, FrameDecoder frames, PeerLimits limits) {
        this.connection = connection;
        this.dispatcher = dispatcher;
        this.frames = frames;
        this.limits = limits;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        var message = (CustomMessage) msg;
        if (!dispatcher.wants(connection.remote(), message.type())) {
            if (MessageTypes.isEven(message.type())) {
                throw new ProtocolException("unknown even message type " + message.type(), true);
            }
            connection.countUnclaimed();
            return;
        }
        connection.countReceived();
        if (!connection.inbox().offer(message, () -> ctx.executor().execute(() -> resume(ctx)))) {
            paused = true;
            pausedAt = pingedAt = System.nanoTime();
            frames.pause(frames(ctx));
        }
    }

    private void resume(ChannelHandlerContext ctx) {
        paused = false;
        if (ctx.channel().isActive()) {
            frames.resume(frames(ctx));
        }
    }

    private ChannelHandlerContext frames(ChannelHandlerContext ctx) {
        return ctx.pipeline().context(frames);
    }

    void tick(long now) {
        if (!paused) {
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
        connection.closed("the peer closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.fail(cause);
    }
}

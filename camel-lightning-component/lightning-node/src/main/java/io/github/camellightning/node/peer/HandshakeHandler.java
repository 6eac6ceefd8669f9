// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.noise.Completed;
import io.github.camellightning.node.noise.NoiseException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The three acts of BOLT 8, each computed on the {@link HandshakeWorker}. Reads exactly the bytes of the act that is due; what
 * follows the last act stays for the handlers that {@link Authenticated#authenticated} adds before this one leaves.
 */
abstract class HandshakeHandler extends ByteToMessageDecoder {

    static final int ACT_ONE = 50;
    static final int ACT_TWO = 50;
    static final int ACT_THREE = 66;

    /** Told how the handshake goes, on the event loop. */
    interface Authenticated {
        void begun();

        void authenticated(ChannelHandlerContext ctx, Completed completed);

        void failed(ChannelHandlerContext ctx, LightningException why);
    }

    private final PeerContext context;
    private final Authenticated outcome;
    private boolean working;
    private boolean over;
    private @Nullable Future<?> deadline;

    HandshakeHandler(PeerContext context, Authenticated outcome) {
        this.context = context;
        this.outcome = outcome;
    }

    /** How many bytes the act has that is read next. */
    abstract int expected();

    /** Runs on the event loop with a whole act in hand. */
    abstract void act(ChannelHandlerContext ctx, byte[] act);

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (working || over || in.readableBytes() < expected()) {
            return;
        }
        var act = new byte[expected()];
        in.readBytes(act);
        act(ctx, act);
    }

    /** Has the worker compute, then goes on with the result on the event loop. Nothing is read meanwhile. */
    final <T> void compute(ChannelHandlerContext ctx, Callable<T> computation, Consumer<T> then) {
        working = true;
        cancelDeadline();
        ctx.channel().config().setAutoRead(false);
        try {
            context.worker().execute(() -> {
                Runnable next;
                try {
                    T result = computation.call();
                    next = () -> then.accept(result);
                } catch (Exception failure) {
                    next = () -> fail(ctx, asLightning(failure));
                }
                goOn(ctx, next);
            });
        } catch (RejectedExecutionException tooMany) {
            fail(ctx, new LightningException("too many handshakes wait already"));
        }
    }

    private void goOn(ChannelHandlerContext ctx, Runnable next) {
        try {
            ctx.executor().execute(() -> computed(ctx, next));
        } catch (RejectedExecutionException stopped) {
            // the node went down meanwhile, and the channel with it
        }
    }

    private void computed(ChannelHandlerContext ctx, Runnable next) {
        working = false;
        if (over || !ctx.channel().isActive()) {
            return;
        }
        // first, for with what comes after the last act those who follow may stop the reading again
        ctx.channel().config().setAutoRead(true);
        next.run();
        if (!over) {
            awaitAct(ctx);
        }
    }

    /** Unlike the decoder's own, which reads on by itself until it has decoded something: whoever floods us while we compute would fill our memory. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
    }

    final void begin() {
        outcome.begun();
    }

    final void awaitAct(ChannelHandlerContext ctx) {
        long millis = context.limits().getActTimeoutMillis();
        cancelDeadline();
        deadline = ctx.executor()
                .schedule(
                        () -> fail(ctx, new LightningException("no act of the handshake within " + millis + " ms")),
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    final void write(ChannelHandlerContext ctx, byte[] act) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(act), ctx.voidPromise());
    }

    final void complete(ChannelHandlerContext ctx, Completed completed) {
        over = true;
        cancelDeadline();
        outcome.authenticated(ctx, completed);
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    final void fail(ChannelHandlerContext ctx, LightningException why) {
        if (!over) {
            over = true;
            cancelDeadline();
            outcome.failed(ctx, why);
            ctx.close();
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        fail(ctx, new LightningException(closedEarly()));
        super.channelInactive(ctx);
    }

    /** What it most likely means that the other side hung up. */
    abstract String closedEarly();

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, asLightning(cause));
    }

    private static LightningException asLightning(Throwable failure) {
        return failure instanceof NoiseException noise
                ? noise
                : new LightningException("the handshake failed: " + failure, failure);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.wire.WireException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends our {@code init} at once (some peers wait for it before they send theirs) and admits nothing until the peer's has come; then leaves
 * the pipeline.
 */
final class InitHandler extends ChannelInboundHandlerAdapter {

    private final PeerContext context;
    private final PeerConnection connection;
    private final InitMessage ours;
    private final Consumer<InitMessage> accepted;
    private @Nullable Future<?> deadline;

    InitHandler(PeerContext context, PeerConnection connection, Consumer<InitMessage> accepted) {
        this.context = context;
        this.connection = connection;
        this.ours = InitMessage.ours(context.settings().network(), connection.inboundRemote());
        this.accepted = accepted;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        connection.writeControl(ours.encode());
        long millis = context.limits().getInitTimeoutMillis();
        deadline = ctx.executor()
                .schedule(
                        () -> connection.abort("no init within " + millis + " ms", false),
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        var message = (CustomMessage) msg;
        if (message.type() != MessageTypes.INIT) {
            if (message.type() == MessageTypes.ERROR || message.type() == MessageTypes.WARNING) {
                connection.logFromPeer(message);
            } else if (MessageTypes.isEven(message.type())) {
                throw new ProtocolException("a message of type " + message.type() + " before init", true);
            }
            return;
        }
        InitMessage theirs = decode(message.payload());
        OptionalInt demand = theirs.features().unknownDemand();
        if (demand.isPresent()) {
            throw new ProtocolException("unknown required feature " + demand.getAsInt(), true);
        }
        if (!ours.sharesNetworkWith(theirs)) {
            throw new ProtocolException("we share no network", true);
        }
        ctx.pipeline().remove(this);
        accepted.accept(theirs);
    }

    private static InitMessage decode(byte[] payload) {
        try {
            return InitMessage.decode(payload);
        } catch (WireException malformed) {
            throw new ProtocolException(
                    "malformed init (" + malformed.getMessage() + ", first bytes "
                            + HexFormat.of().formatHex(payload, 0, Math.min(payload.length, 16)) + ")",
                    true);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageTypes;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;

/**
 * Answers what BOLTs reserve, as a peer without channels: pings get pongs, attempts to open a channel an error about just that channel,
 * other channel messages a warning. Everything a user may want goes on to the {@link MessageHandler}.
 */
final class ControlHandler extends ChannelInboundHandlerAdapter {

    private static final int FIRST_CHANNEL = 32;
    private static final int LAST_CHANNEL = 255;
    private static final int OPEN_CHANNEL = 32;
    private static final int OPEN_CHANNEL2 = 64;
    private static final int CHAIN_HASH = 32;

    private final PeerConnection connection;
    private final PeerLimits limits;
    /** Of what a peer can make us say. */
    private final TokenBucket answers;

    private boolean pongUnderway;

    ControlHandler(PeerConnection connection, PeerLimits limits) {
        this.connection = connection;
        this.limits = limits;
        this.answers = new TokenBucket(limits.getPongsPerSecond(), limits.getPongBurst(), System.nanoTime());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        var message = (CustomMessage) msg;
        int type = message.type();
        if (type >= MessageTypes.FIRST_UNRESERVED) {
            ctx.fireChannelRead(msg);
            return;
        }
        switch (type) {
            case MessageTypes.PING -> answerPing(message.payload());
            case MessageTypes.PONG -> {
                // that bytes came is all that counts; some peers send fewer than they were asked for
            }
            case MessageTypes.ERROR, MessageTypes.WARNING -> connection.logFromPeer(message);
            case MessageTypes.INIT -> throw new ProtocolException("a second init", true);
            default -> {
                if (type >= FIRST_CHANNEL && type <= LAST_CHANNEL) {
                    refuseChannel(type, message.payload());
                } else {
                    ctx.fireChannelRead(msg);
                }
            }
        }
    }

    private void answerPing(byte[] ping) {
        int asked = ControlMessages.pongBytesAsked(ping);
        // one no longer than its ping amplifies nothing: LDK pings after every 32 messages, and hangs up on silence
        // however
        // much waits for it
        boolean free = asked + ControlMessages.PONG_LENGTH_BYTES <= ping.length;
        if (asked < ControlMessages.NO_PONG && !pongUnderway && (free || mayAnswer())) {
            pongUnderway = true;
            connection.writeControl(ControlMessages.pong(asked)).addListener(written -> pongUnderway = false);
        }
    }

    private boolean mayAnswer() {
        return connection.outbox().pendingBytes() <= limits.getPongOutboundBytes() && answers.take(System.nanoTime());
    }

    private void refuseChannel(int type, byte[] payload) {
        if (!mayAnswer()) {
            return;
        }
        boolean opens = (type == OPEN_CHANNEL || type == OPEN_CHANNEL2)
                && payload.length >= CHAIN_HASH + ControlMessages.CHANNEL_ID;
        connection.writeControl(
                opens
                        ? ControlMessages.error(
                                Arrays.copyOfRange(payload, CHAIN_HASH, CHAIN_HASH + ControlMessages.CHANNEL_ID),
                                "This node has no channels")
                        : ControlMessages.warning("This node has no channels: message of type " + type + " ignored"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.noise.ReceiveCipher;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.Arrays;
import java.util.List;

/**
 * Decrypts the frames of BOLT 8 into messages, one at a time so that {@link #pause} takes effect between two of them.
 *
 * <pre>
 * | length, 2 | tag, 16 | type, 2 | payload, length - 2 | tag, 16 |
 * </pre>
 *
 * Gossip ends here: Core Lightning sends it unasked to every new peer.
 */
final class FrameDecoder extends ByteToMessageDecoder {

    private static final int FIRST_GOSSIP = 256;
    private static final int LAST_GOSSIP = 265;
    private static final int NO_LENGTH = -1;

    private final ReceiveCipher receiver;
    private final PeerContext context;
    private int length = NO_LENGTH;
    private boolean paused;
    private boolean discarding;
    private long lastRead = System.nanoTime();
    private long frameBegan;
    private boolean inFrame;

    FrameDecoder(ReceiveCipher receiver, PeerContext context) {
        this.receiver = receiver;
        this.context = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        lastRead = System.nanoTime();
        super.channelRead(ctx, msg);
        // a frame that bytes left over belong to began with this read at the latest
        boolean partial = !paused && (length != NO_LENGTH || actualReadableBytes() > 0);
        if (partial && !inFrame) {
            frameBegan = lastRead;
        }
        inFrame = partial;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (discarding) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (paused) {
            return;
        }
        Workspace workspace = context.workspaces().get();
        if (length == NO_LENGTH) {
            if (in.readableBytes() < ReceiveCipher.HEADER) {
                return;
            }
            in.readBytes(workspace.sealed, 0, ReceiveCipher.HEADER);
            length = receiver.decryptLength(workspace.aead, workspace.sealed, 0);
            if (length < 2) {
                throw new ProtocolException("a frame of " + length + " bytes has no room for a message type", false);
            }
        }
        if (in.readableBytes() < length + ReceiveCipher.TAG) {
            return;
        }
        in.readBytes(workspace.sealed, 0, length + ReceiveCipher.TAG);
        receiver.decryptBody(workspace.aead, workspace.sealed, 0, length, workspace.plain, 0);
        int type = (workspace.plain[0] & 0xff) << 8 | workspace.plain[1] & 0xff;
        if (type < FIRST_GOSSIP || type > LAST_GOSSIP) {
            out.add(new CustomMessage(type, Arrays.copyOfRange(workspace.plain, 2, length)));
        }
        length = NO_LENGTH;
        inFrame = false;
    }

    /** No further message leaves here, and nothing more is read from the socket. */
    void pause(Channel channel) {
        paused = true;
        channel.config().setAutoRead(false);
    }

    void resume(Channel channel) {
        paused = false;
        inFrame = false;
        channel.config().setAutoRead(true);
        // what was read before the pause waits in here and no new bytes need ever come
        channel.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER);
        channel.pipeline().fireChannelReadComplete();
    }

    /** The connection ends: what still comes is read, so that its end is seen, and thrown away. */
    void discard(Channel channel) {
        discarding = true;
        channel.config().setAutoRead(true);
    }

    long lastRead() {
        return lastRead;
    }

    /** How long the frame that is being read has taken; 0 between frames. */
    long frameAge(long now) {
        return inFrame ? now - frameBegan : 0;
    }
}

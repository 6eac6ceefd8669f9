// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer.Direction;
import io.github.camellightning.node.commando.CommandoClient;
import io.github.camellightning.node.commando.CommandoSettings;
import io.github.camellightning.node.noise.Aead;
import io.github.camellightning.node.noise.Completed;
import io.github.camellightning.node.noise.Initiator;
import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.node.noise.ReceiveCipher;
import io.github.camellightning.node.noise.SendCipher;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A connection without a socket, thread or clock: the pipeline of a node that was dialled on one side, on the other a peer that says
 * what a test wants. Handshakes are computed when the test says so.
 */
final class EmbeddedPeer implements PeerSetup.House {

    final MessageDispatcher dispatcher;
    final Queue<Runnable> work = new ArrayDeque<>();
    final List<String> closed = new CopyOnWriteArrayList<>();
    final List<PeerConnection> established = new CopyOnWriteArrayList<>();
    final EmbeddedChannel channel;

    private final SecureRandom random = new SecureRandom();
    private final NodeKey nodeKey = NodeKey.generate(random);
    private final NodeKey peerKey = NodeKey.generate(random);
    private final Initiator initiator = new Initiator(peerKey, nodeKey.nodeId(), random);
    private final Aead aead = new Aead();
    private final PeerContext context;
    private final PeerCounters counters = new PeerCounters();
    private final Inbox inbox;
    private int reads;
    private Completed completed;

    EmbeddedPeer(PeerLimits limits) {
        this(limits, new MessageDispatcher(), null);
    }

    /** Whose messages go to an inbox that is there already. */
    EmbeddedPeer(PeerLimits limits, MessageDispatcher dispatcher, Inbox inbox) {
        this.dispatcher = dispatcher;
        var options = new PeerNode();
        options.setLimits(limits);
        this.context = new PeerContext(
                nodeKey,
                options.settings(),
                dispatcher,
                new CommandoClient(
                        CommandoSettings.withDeadline(Duration.ofSeconds(60)),
                        (peer, frame, wanted) ->
                                CompletableFuture.failedFuture(new NotConnectedException("none is to be sent"))),
                null,
                new PeerLog(60_000),
                work::add,
                Workspace.perThread());
        this.inbox = inbox != null ? inbox : new Inboxes(dispatcher, limits).open(peerKey.nodeId());
        this.channel = new DuplexEmbeddedChannel();
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
                reads++;
                ctx.read();
            }
        });
        channel.pipeline()
                .addLast(new ResponderHandler(
                        context, random, new PeerSetup(context, this, channel, Direction.INBOUND, "203.0.113.1:9735")));
    }

    /** How often the socket was asked for more bytes. */
    int reads() {
        return reads;
    }

    byte[] actOne() {
        return initiator.actOne();
    }

    /** Takes act two, which the node has to have written, and from then on can encrypt. @return act three */
    byte[] actThree() {
        completed = initiator.actTwo(takeBytes(HandshakeHandler.ACT_TWO));
        return completed.actThree();
    }

    void handshake() {
        write(actOne());
        compute();
        write(actThree());
        compute();
    }

    /** The handshake, and an init without features. */
    EmbeddedPeer connected() {
        handshake();
        write(frame(16, new byte[4]));
        return this;
    }

    void compute() {
        for (Runnable task = work.poll(); task != null; task = work.poll()) {
            task.run();
        }
        channel.runPendingTasks();
    }

    /** As if these bytes came in one read from the socket. */
    void write(byte[]... parts) {
        channel.writeInbound(Unpooled.wrappedBuffer(parts));
    }

    byte[] frame(int type, byte[] payload) {
        return frame(ByteBuffer.allocate(2 + payload.length)
                .putShort((short) type)
                .put(payload)
                .array());
    }

    byte[] frame(byte[] message) {
        var frame = new byte[message.length + SendCipher.OVERHEAD];
        completed.sender().encrypt(aead, message, 0, message.length, frame, 0);
        return frame;
    }

    /** All that the node has written since the handshake or the last call. */
    List<CustomMessage> takeMessages() {
        channel.runPendingTasks();
        var messages = new ArrayList<CustomMessage>();
        ByteBuf written = takeAll();
        while (written.isReadable()) {
            int length = completed.receiver().decryptLength(aead, take(written, ReceiveCipher.HEADER), 0);
            var message = new byte[length];
            completed.receiver().decryptBody(aead, take(written, length + ReceiveCipher.TAG), 0, length, message, 0);
            messages.add(new CustomMessage(
                    (message[0] & 0xff) << 8 | message[1] & 0xff, Arrays.copyOfRange(message, 2, length)));
        }
        written.release();
        return messages;
    }

    private byte[] takeBytes(int count) {
        ByteBuf written = takeAll();
        byte[] bytes = take(written, count);
        written.release();
        return bytes;
    }

    private ByteBuf takeAll() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.writeBytes(next);
            next.release();
        }
        return all;
    }

    private static byte[] take(ByteBuf from, int count) {
        var bytes = new byte[count];
        from.readBytes(bytes);
        return bytes;
    }

    /** The time of a hang-up is over. */
    void finish() {
        channel.finishAndReleaseAll();
    }

    @Override
    public boolean mayStay(NodeId peer, Channel from) {
        return true;
    }

    @Override
    public Inbox inbox(NodeId peer) {
        return inbox;
    }

    @Override
    public PeerCounters counters() {
        return counters;
    }

    @Override
    public void opened(PeerConnection connection) {
        // its end is told all the same
    }

    @Override
    public void established(PeerConnection connection) {
        established.add(connection);
    }

    @Override
    public void closed(PeerConnection connection, String reason) {
        closed.add(reason);
    }

    /** Whose output, once shut down, is the end of it. */
    private static final class DuplexEmbeddedChannel extends EmbeddedChannel implements DuplexChannel {

        @Override
        public boolean isInputShutdown() {
            return !isActive();
        }

        @Override
        public boolean isOutputShutdown() {
            return !isActive();
        }

        @Override
        public boolean isShutdown() {
            return !isActive();
        }

        @Override
        public ChannelFuture shutdownInput() {
            return shutdown(newPromise());
        }

        @Override
        public ChannelFuture shutdownInput(ChannelPromise promise) {
            return shutdown(promise);
        }

        @Override
        public ChannelFuture shutdownOutput() {
            return shutdown(newPromise());
        }

        @Override
        public ChannelFuture shutdownOutput(ChannelPromise promise) {
            return shutdown(promise);
        }

        @Override
        public ChannelFuture shutdown() {
            return shutdown(newPromise());
        }

        @Override
        public ChannelFuture shutdown(ChannelPromise promise) {
            return close(promise);
        }
    }
}

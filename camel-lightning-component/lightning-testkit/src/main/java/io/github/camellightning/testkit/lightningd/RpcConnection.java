// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.testkit.lightningd.MessageReader.Unparseable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One client of the JSON-RPC socket.
 *
 * <p>No more is read while replies wait to be taken. What cannot be parsed is answered once, with the id null; from then
 * on the connection is deaf. A client that closes its writing side loses the replies that it had not got.
 */
final class RpcConnection implements Client, EventLoop.Ready {

    private static final int PARTS_AT_A_TIME = 64;
    private static final int READS_AT_A_TIME = 16;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final RpcServer server;
    private final MessageReader reader = new MessageReader();
    private final ArrayDeque<Reply> replies = new ArrayDeque<>();
    private boolean deaf;
    private boolean dispatching;
    private boolean notifications;

    RpcConnection(SocketChannel channel, EventLoop loop, RpcServer server) throws IOException {
        this.channel = channel;
        this.server = server;
        this.key = loop.register(channel, SelectionKey.OP_READ, this);
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public boolean notifications() {
        return notifications;
    }

    @Override
    public void enableNotifications(boolean enable) {
        notifications = enable;
    }

    @Override
    public Reply begin() {
        var reply = new Reply();
        replies.addLast(reply);
        return reply;
    }

    @Override
    public void ready(SelectionKey ready) {
        try {
            if (ready.isWritable()) {
                flush();
            } else if (ready.isReadable()) {
                read();
            }
        } catch (IOException brokenByTheClient) {
            close();
        }
    }

    private void read() throws IOException {
        for (int i = 0; i < READS_AT_A_TIME; i++) {
            var bytes = server.readBuffer();
            int count = channel.read(bytes);
            if (count < 0) {
                // before anything is written: whoever closed its side gets no replies
                close();
                return;
            }
            if (count == 0) {
                break;
            }
            if (!deaf) {
                reader.append(bytes.flip());
                dispatch();
            }
        }
        flush();
    }

    private void dispatch() {
        dispatching = true;
        try {
            for (var request = reader.next(); request != null; request = reader.next()) {
                accept(request);
            }
        } catch (Unparseable unparseable) {
            deaf = true;
            malformed(unparseable.quotation());
        } finally {
            dispatching = false;
        }
    }

    private void accept(Token request) {
        var id = request.member("id");
        var version = request.member("jsonrpc");
        if (request.kind() != Token.Kind.OBJECT) {
            malformed(quoted("Expected {} for json command"));
        } else if (id == null) {
            malformed(quoted("No id"));
        } else if (id.kind() == Token.Kind.OBJECT || id.kind() == Token.Kind.ARRAY) {
            malformed(quoted("Expected string/primitive for id"));
        } else if (version == null || !version.isString() || !version.is("2.0")) {
            malformed(quoted("jsonrpc: \"2.0\" must be specified in the request"));
        } else {
            server.execute(new Call(this, id, request));
        }
    }

    private void malformed(byte[] message) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Json.ascii("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":"));
        bytes.writeBytes(message);
        bytes.writeBytes(Json.ascii("}}\n\n"));
        var reply = begin();
        reply.add(bytes.toByteArray());
        reply.finish();
    }

    private static byte[] quoted(String text) {
        return Json.quote(Json.ascii(text));
    }

    /** Writes what the client takes; the rest when it is ready for it. */
    @Override
    public void flush() {
        if (dispatching || !isOpen()) {
            return;
        }
        try {
            boolean taken = true;
            for (var parts = parts(); taken && parts.length > 0; parts = parts()) {
                channel.write(parts);
                taken = !parts[parts.length - 1].hasRemaining();
                dropWritten();
            }
            key.interestOps(taken ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
        } catch (IOException brokenByTheClient) {
            close();
        }
    }

    private ByteBuffer[] parts() {
        List<ByteBuffer> parts = new ArrayList<>();
        for (var reply : replies) {
            parts.addAll(reply.parts());
            if (!reply.isFinished() || parts.size() >= PARTS_AT_A_TIME) {
                break;
            }
        }
        return parts.toArray(ByteBuffer[]::new);
    }

    private void dropWritten() {
        for (var first = replies.peekFirst(); first != null && first.isWritten(); first = replies.peekFirst()) {
            if (!first.isFinished()) {
                return;
            }
            replies.removeFirst();
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException closedAnyway) {
            server.failed(closedAnyway);
        }
        server.forget(this);
    }
}

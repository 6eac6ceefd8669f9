// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.noise.Aead;
import io.github.camellightning.node.noise.Completed;
import io.github.camellightning.node.noise.Initiator;
import io.github.camellightning.node.noise.NodeKey;
import io.github.camellightning.node.noise.ReceiveCipher;
import io.github.camellightning.node.noise.Responder;
import io.github.camellightning.node.noise.SendCipher;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A peer on a blocking socket that does exactly what a test says, lawful or not: no init, pong or anything else of its own accord. */
final class RawPeer implements Closeable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final SendCipher sender;
    private final ReceiveCipher receiver;
    private final NodeId local;
    private final NodeId remote;
    // one for each direction: a test may read on another thread than it sends on
    private final Aead sealing = new Aead();

    private final Aead opening = new Aead();

    private RawPeer(Socket socket, NodeKey key, Completed handshake) throws IOException {
        this.socket = socket;
        this.local = key.nodeId();
        this.in = new DataInputStream(socket.getInputStream());
        this.sender = handshake.sender();
        this.receiver = handshake.receiver();
        this.remote = handshake.remote();
    }

    static NodeKey newKey() {
        return NodeKey.generate(new SecureRandom());
    }

    static Socket connect(PeerNode node) throws IOException {
        return connect(node, new Socket());
    }

    private static Socket connect(PeerNode node, Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(node.listenAddress());
        return socket;
    }

    /** Dials and does the handshake, and nothing more. */
    static RawPeer dial(PeerNode node, NodeKey key) throws IOException {
        return dial(node, key, connect(node));
    }

    static RawPeer dial(PeerNode node, NodeKey key, Socket socket) throws IOException {
        var initiator = new Initiator(key, node.nodeId(), new SecureRandom());
        socket.getOutputStream().write(initiator.actOne());
        Completed completed = initiator.actTwo(read(socket, HandshakeHandler.ACT_TWO));
        socket.getOutputStream().write(completed.actThree());
        return new RawPeer(socket, key, completed);
    }

    /** A new peer that has exchanged init with the node, which knows it. */
    static RawPeer connected(PeerNode node) throws IOException {
        return connected(node, newKey());
    }

    static RawPeer connected(PeerNode node, NodeKey key) throws IOException {
        RawPeer peer = dial(node, key);
        peer.exchangeInit();
        peer.pingPong();
        return peer;
    }

    /** A peer whose system takes little for it: what it does not read soon waits at the node. */
    static RawPeer slowReader(PeerNode node) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(16_384);
        RawPeer peer = dial(node, newKey(), connect(node, socket));
        peer.exchangeInit();
        peer.pingPong();
        return peer;
    }

    static ServerSocket listen() throws IOException {
        var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
        return server;
    }

    /** Waits to be dialled and does the handshake. */
    static RawPeer accept(ServerSocket server, NodeKey key) throws IOException {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        var responder = new Responder(key, new SecureRandom());
        socket.getOutputStream().write(responder.actOne(read(socket, HandshakeHandler.ACT_ONE)));
        return new RawPeer(socket, key, responder.actThree(read(socket, HandshakeHandler.ACT_THREE)));
    }

    /** Sends an init without features and reads the node's. @return the node's init */
    CustomMessage exchangeInit() throws IOException {
        send(16, "00000000");
        CustomMessage init = receive();
        if (init.type() != 16) {
            throw new IOException("expected init, got " + init);
        }
        return init;
    }

    void send(int type, String payloadHex) throws IOException {
        send(type, HexFormat.of().parseHex(payloadHex));
    }

    void send(int type, byte[] payload) throws IOException {
        sendBytes(frame(ByteBuffer.allocate(2 + payload.length)
                .putShort((short) type)
                .put(payload)
                .array()));
    }

    /** The encrypted frame of any message, lawful or not, without sending it. */
    byte[] frame(byte[] message) {
        var frame = new byte[message.length + SendCipher.OVERHEAD];
        sender.encrypt(sealing, message, 0, message.length, frame, 0);
        return frame;
    }

    /** Just the header of a frame, whose body never comes. */
    byte[] header(int length) {
        return Arrays.copyOf(frame(new byte[length]), ReceiveCipher.HEADER);
    }

    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next message, whatever it is. @throws EOFException where the node closed the connection instead */
    CustomMessage receive() throws IOException {
        try {
            var header = new byte[ReceiveCipher.HEADER];
            in.readFully(header);
            int length = receiver.decryptLength(opening, header, 0);
            var body = new byte[length + ReceiveCipher.TAG];
            in.readFully(body);
            var message = new byte[length];
            receiver.decryptBody(opening, body, 0, length, message, 0);
            return new CustomMessage(
                    (message[0] & 0xff) << 8 | message[1] & 0xff, Arrays.copyOfRange(message, 2, length));
        } catch (SocketException reset) {
            throw new EOFException(reset.getMessage());
        }
    }

    /** Reads on until a message of this type comes. */
    CustomMessage receive(int type) throws IOException {
        CustomMessage message = receive();
        while (message.type() != type) {
            message = receive();
        }
        return message;
    }

    /** Reads on until the node hangs up. @return the text of its last warning, if it sent one */
    Optional<String> awaitHangUp() throws IOException {
        Optional<String> warning = Optional.empty();
        while (true) {
            try {
                CustomMessage message = receive();
                if (message.type() == 1) {
                    warning = Optional.of(
                            new String(message.payload(), 34, message.payload().length - 34, StandardCharsets.UTF_8));
                }
            } catch (EOFException hungUp) {
                return warning;
            }
        }
    }

    /** A round trip: everything sent before has been read by the node. */
    void pingPong() throws IOException {
        send(18, "00010000");
        receive(19);
    }

    Socket socket() {
        return socket;
    }

    NodeId local() {
        return local;
    }

    NodeId remote() {
        return remote;
    }

    InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static byte[] read(Socket socket, int length) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the node closed the connection after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }
}

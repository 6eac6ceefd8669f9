// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A SOCKS5 proxy (RFC 1928) without authentication that connects every request to one place, or refuses it. */
final class Socks5Server implements Closeable {

    static final int IPV4 = 1;
    static final int NAME = 3;
    static final int IPV6 = 4;

    /** What was asked for. */
    record Request(int addressType, String host, int port) {}

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final List<Request> requests = new CopyOnWriteArrayList<>();
    final CountDownLatch mayAnswer;
    /** Whether a byte for the other side came before the answer. */
    volatile boolean spokeTooEarly;

    private final InetSocketAddress target;
    private final int reply;

    private Socks5Server(InetSocketAddress target, int reply, CountDownLatch mayAnswer) throws IOException {
        this.target = target;
        this.reply = reply;
        this.mayAnswer = mayAnswer;
        start(this::accept);
    }

    static Socks5Server connectingTo(InetSocketAddress target) throws IOException {
        return new Socks5Server(target, 0, new CountDownLatch(0));
    }

    /** Answers no request before {@code mayAnswer} is counted down. */
    static Socks5Server slowlyConnectingTo(InetSocketAddress target) throws IOException {
        return new Socks5Server(target, 0, new CountDownLatch(1));
    }

    /** @param reply 1 general failure to 8 address type not supported */
    static Socks5Server refusing(int reply) throws IOException {
        return new Socks5Server(new InetSocketAddress(0), reply, new CountDownLatch(0));
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException over) {
                // the test is over, or the other side is gone
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            sockets.add(client);
            start(() -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException, InterruptedException {
        var in = new DataInputStream(client.getInputStream());
        in.readByte();
        in.readNBytes(in.readUnsignedByte());
        client.getOutputStream().write(new byte[] {5, 0});
        in.readNBytes(3);
        int type = in.readUnsignedByte();
        String host =
                switch (type) {
                    case NAME -> new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
                    case IPV4 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
                    default -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
                };
        requests.add(new Request(type, host, in.readUnsignedShort()));
        mayAnswer.await();
        spokeTooEarly = in.available() > 0;
        client.getOutputStream().write(new byte[] {5, (byte) reply, 0, 1, 0, 0, 0, 0, 0, 0});
        if (reply != 0) {
            client.close();
            return;
        }
        var onward = new Socket(target.getAddress(), target.getPort());
        sockets.add(onward);
        start(() -> pump(onward, client));
        pump(client, onward);
    }

    private static void pump(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}

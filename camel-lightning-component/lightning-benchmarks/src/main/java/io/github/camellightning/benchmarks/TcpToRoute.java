// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.noise.SendCipher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.netty.ChannelHandlerFactories;
import org.apache.camel.impl.DefaultCamelContext;

/** As many bytes as {@link CrowdToRoute} gets for each message, in plain TCP from as many connections, to a route of camel-netty. */
final class TcpToRoute implements Contender {

    private static final int LENGTH_FIELD = 2;
    private static final int TYPE_FIELD = 2;
    private static final int BURST = 256;

    private final Countdown countdown = new Countdown();
    private final CamelContext camel = new DefaultCamelContext();
    private final List<Socket> sockets = new ArrayList<>();
    private final int frame;
    private final byte[] frames;

    TcpToRoute(int bytes) throws Exception {
        frame = TYPE_FIELD + bytes + SendCipher.OVERHEAD;
        frames = frames(frame);
        int port = freePort();
        camel.getRegistry()
                .bind(
                        "frames",
                        ChannelHandlerFactories.newLengthFieldBasedFrameDecoder(
                                1 << 16, 0, LENGTH_FIELD, 0, LENGTH_FIELD));
        camel.getRegistry().bind("bytes", ChannelHandlerFactories.newByteArrayDecoder("tcp"));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("netty:tcp://127.0.0.1:" + port + "?sync=false&decoders=#frames,#bytes")
                        .process(exchange -> countdown.arrived());
            }
        });
        camel.start();
        for (int i = 0; i < Crowd.PEERS; i++) {
            sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
        }
    }

    private static byte[] frames(int frame) {
        var frames = ByteBuffer.allocate(BURST * frame);
        for (int i = 0; i < BURST; i++) {
            frames.putShort(i * frame, (short) (frame - LENGTH_FIELD));
        }
        return frames.array();
    }

    private static int freePort() throws IOException {
        try (var server = new ServerSocket(0)) {
            return server.getLocalPort();
        }
    }

    @Override
    public void run(int operations) throws Exception {
        countdown.expect(operations);
        int left = operations;
        for (int turn = 0; left > 0; turn = (turn + 1) % Crowd.PEERS) {
            int burst = Math.min(BURST, left);
            sockets.get(turn).getOutputStream().write(frames, 0, burst * frame);
            left -= burst;
        }
        countdown.await();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        camel.stop();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** The raw socket: writes bytes, reads bytes. */
final class RpcClient implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    /** So long nothing must come where nothing is to come. */
    static final Duration SILENCE = Duration.ofMillis(200);

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private boolean ended;

    RpcClient(Path file) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(file));
        channel.configureBlocking(false);
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
    }

    static String ask(SimulatedLightningd node, String request) {
        try (var client = new RpcClient(node.rpcFile())) {
            return client.write(request).reply();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Calls with the id 1 and the parameters as they are; the whole reply. */
    static String call(SimulatedLightningd node, String method, String params) {
        return ask(node, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}");
    }

    /** The same, read. */
    static JsonNode json(SimulatedLightningd node, String method, String params) {
        return Json.parse(call(node, method, params));
    }

    static String result(String json) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + json + "}";
    }

    static String error(int code, String message) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\"}}";
    }

    RpcClient write(String text) throws IOException {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    RpcClient write(byte[] bytes) throws IOException {
        var rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            if (channel.write(rest) == 0) {
                Thread.onSpinWait();
            }
        }
        return this;
    }

    RpcClient closeWritingSide() throws IOException {
        channel.shutdownOutput();
        return this;
    }

    /** One reply, up to the blank line behind it, which lightningd's own replies have nowhere else. */
    String reply() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var text = read.toString(StandardCharsets.UTF_8);
            int end = text.indexOf("\n\n");
            if (end >= 0) {
                read.reset();
                read.writeBytes(text.substring(end + 2).getBytes(StandardCharsets.UTF_8));
                return text.substring(0, end);
            }
            if (ended || System.nanoTime() > deadline) {
                throw new AssertionError("no whole reply, only '" + text + (ended ? "' and the end" : "'"));
            }
            fill(deadline - System.nanoTime());
        }
    }

    /** All that comes within a while, or until the end. */
    byte[] bytes(Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!ended && System.nanoTime() < deadline) {
            fill(deadline - System.nanoTime());
        }
        return read.toByteArray();
    }

    boolean endsWithin(Duration patience) throws IOException {
        bytes(patience);
        return ended;
    }

    private void fill(long nanos) throws IOException {
        selector.select(Math.max(1, nanos / 1_000_000));
        selector.selectedKeys().clear();
        var buffer = ByteBuffer.allocate(1 << 16);
        int count = channel.read(buffer);
        ended |= count < 0;
        read.write(buffer.array(), 0, Math.max(0, count));
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }
}

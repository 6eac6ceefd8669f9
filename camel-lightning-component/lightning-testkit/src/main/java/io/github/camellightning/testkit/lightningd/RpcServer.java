// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The Unix socket of the JSON-RPC interface, mode 0600; the file stays behind when nobody listens any more. */
final class RpcServer {

    private static final int BACKLOG = 128;
    private static final int READ_SIZE = 1 << 18;

    private final EventLoop loop;
    private final Commands commands;
    private final Consumer<Throwable> failures;
    private final Set<RpcConnection> connections = new LinkedHashSet<>();
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_SIZE);
    private @Nullable ServerSocketChannel listener;

    RpcServer(EventLoop loop, Commands commands, Consumer<Throwable> failures) {
        this.loop = loop;
        this.commands = commands;
        this.failures = failures;
    }

    void listen(Path file) throws IOException {
        Files.deleteIfExists(file);
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(file), BACKLOG);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        loop.register(channel, SelectionKey.OP_ACCEPT, key -> accept(channel));
        listener = channel;
    }

    private void accept(ServerSocketChannel channel) throws IOException {
        var client = channel.accept();
        if (client != null) {
            connections.add(new RpcConnection(client, loop, this));
        }
    }

    ByteBuffer readBuffer() {
        return readBuffer.clear();
    }

    void execute(Call call) {
        commands.execute(call);
    }

    void forget(RpcConnection connection) {
        connections.remove(connection);
    }

    void failed(Throwable failure) {
        failures.accept(failure);
    }

    void stopListening() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    void closeConnections() {
        List.copyOf(new ArrayList<>(connections)).forEach(RpcConnection::close);
    }
}

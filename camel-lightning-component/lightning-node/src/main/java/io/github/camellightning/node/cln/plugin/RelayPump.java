// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;

/**
 * The relay where there is nothing but java: a program of its own, {@code java -cp <folder> …RelayPump <socket>}, of this one class and the JDK. It copies
 * stdin to the socket and the socket to stdout, and ends when either ends.
 */
final class RelayPump implements Runnable {

    private static final int BUFFER = 64 * 1024;

    private final ReadableByteChannel from;
    private final WritableByteChannel to;

    private RelayPump(ReadableByteChannel from, WritableByteChannel to) {
        this.from = from;
        this.to = to;
    }

    public static void main(String[] arguments) throws IOException {
        ByteChannel joined = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]));
        var fromDaemon = new RelayPump(new FileInputStream(FileDescriptor.in).getChannel(), joined);
        var toDaemon = new RelayPump(joined, new FileOutputStream(FileDescriptor.out).getChannel());
        new Thread(fromDaemon, "stdin").start();
        toDaemon.run();
    }

    @Override
    public void run() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (from.read(bytes) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                bytes.clear();
            }
        } catch (IOException gone) {
            // one side is as good as closed
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Between two nodes: passes on what both say, and cuts their connection after so many bytes, wherever in a message that is. */
public final class CuttingProxy implements AutoCloseable {

    private static final int BACKLOG = 50;

    private final ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    private final int target;
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    /** @param target the port of this machine that it passes everything on to */
    public CuttingProxy(int target) throws IOException {
        this.target = target;
        start(this::accept);
    }

    /** Where it listens, on the loopback interface. */
    public int port() {
        return server.getLocalPort();
    }

    /** Both directions together; after that connections are whole again. */
    public void cutAfter(long bytes) {
        left.set(bytes);
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                connect(server.accept());
            }
        } catch (IOException closed) {
            // nobody is accepted any more
        }
    }

    private void connect(Socket from) throws IOException {
        Socket to;
        try {
            to = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException nobodyListens) {
            from.close();
            return;
        }
        from.setTcpNoDelay(true);
        to.setTcpNoDelay(true);
        open.add(from);
        open.add(to);
        start(() -> pump(from, to));
        start(() -> pump(to, from));
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var buffer = new byte[4_096];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                long before = left.getAndAdd(-read);
                if (before < read) {
                    left.set(Long.MAX_VALUE);
                    out.write(buffer, 0, (int) Math.max(0, before));
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException cut) {
            // the other direction's pump has closed it
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.NodeId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The process of the idle peers: reads from standard input how many there are to be, line by line, and ends with it. */
@Command(name = "idle-clients", hidden = true)
final class IdleClients implements Callable<Integer> {

    private static final int AT_ONCE = 8;

    @Parameters(index = "0")
    private String nodeId = "";

    @Parameters(index = "1")
    private int port;

    private final SecureRandom random = new SecureRandom();
    private final List<IdleClient> clients = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        var node = new NodeId(nodeId);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var threads = Executors.newFixedThreadPool(AT_ONCE);
        try (var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                become(Integer.parseInt(line), threads, () -> IdleClient.connect(address, node, random));
            }
        } finally {
            threads.shutdownNow();
        }
        return 0;
    }

    private void become(int count, ExecutorService threads, Callable<IdleClient> connect) throws Exception {
        while (clients.size() > count) {
            clients.remove(clients.size() - 1).close();
        }
        var missing =
                Stream.generate(() -> connect).limit(count - clients.size()).toList();
        for (var connected : threads.invokeAll(missing)) {
            clients.add(connected.get());
        }
    }

    /** The other end of this program's standard input. */
    static final class Remote implements AutoCloseable {

        private final Process process;

        private Remote(Process process) {
            this.process = process;
        }

        static Remote start(NodeId node, int port) throws IOException {
            return new Remote(new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/java",
                            "-Xmx512m",
                            "-classpath",
                            System.getProperty("java.class.path"),
                            Benchmarks.class.getName(),
                            "idle-clients",
                            node.hex(),
                            Integer.toString(port))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }

        void become(int count) throws IOException {
            process.getOutputStream().write((count + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            process.onExit().join();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A lightningd of its own for a test: regtest, a chain without blocks, listening on the loopback interface. */
final class RealLightningd implements AutoCloseable {

    private final Path directory;
    private final int port;
    private Process process;

    private final List<String> options;

    private RealLightningd(Path directory, int port, String... options) throws IOException {
        this.directory = directory;
        this.port = port;
        this.options = List.of(options);
        this.process = launch();
    }

    /** The binary that the system property {@code lightningd} names, if it does. */
    static String binary() {
        return System.getProperty("lightningd", "");
    }

    /** @param options besides those of every node here */
    static RealLightningd start(String... options) throws IOException {
        // the path of a Unix socket is short, so not where other tests have their folders
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "cln");
        Path backend = directory.resolve("backend.py");
        try (InputStream script = RealLightningd.class.getResourceAsStream("/lightningd/backend.py")) {
            Files.copy(script, backend);
        }
        Files.setPosixFilePermissions(backend, PosixFilePermissions.fromString("rwx------"));
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var started = new RealLightningd(directory, port, options);
        started.awaitReady();
        return started;
    }

    private Process launch() throws IOException {
        Files.deleteIfExists(directory.resolve("log"));
        List<String> command = new ArrayList<>(List.of(
                binary(),
                "--lightning-dir=" + directory,
                "--network=regtest",
                "--disable-plugin=bcli",
                "--disable-plugin=cln-bwatch",
                "--plugin=" + directory.resolve("backend.py"),
                "--disable-dns",
                "--bind-addr=127.0.0.1:" + port,
                "--log-level=debug",
                "--log-file=" + directory.resolve("log")));
        command.addAll(options);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
    }

    private void awaitReady() throws IOException {
        Awaitility.await("lightningd listens")
                .atMost(Duration.ofSeconds(60))
                .until(() -> isReady() || !process.isAlive());
        if (!process.isAlive()) {
            throw new IOException("lightningd ended: " + Files.readString(directory.resolve("output")));
        }
    }

    /** As after a crash of the machine it runs on. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The same node once more. */
    void startAgain() throws IOException {
        process = launch();
        awaitReady();
    }

    private boolean isReady() throws IOException {
        Path log = directory.resolve("log");
        return Files.exists(log) && Files.readString(log).contains("Server started with public key");
    }

    Path rpcFile() {
        return directory.resolve("regtest").resolve("lightning-rpc");
    }

    int port() {
        return port;
    }

    /** What it started, and what those started. */
    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The processes of plugins that were started while it ran, the relays among them. */
    List<ProcessHandle> relays() {
        return process.descendants()
                .filter(child -> child.info()
                        .arguments()
                        .map(arguments -> String.join(" ", arguments).contains("camel-lightning"))
                        .orElse(false))
                .toList();
    }

    @Override
    public void close() throws IOException {
        boolean crashed = !process.isAlive();
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        String log = Files.readString(directory.resolve("log"));
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
        if (crashed) {
            throw new AssertionError("lightningd died: " + log.substring(Math.max(0, log.length() - 2_000)));
        }
    }
}

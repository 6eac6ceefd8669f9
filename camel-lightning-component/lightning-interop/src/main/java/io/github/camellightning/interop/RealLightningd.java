// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.interop;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A lightningd of its own for a test: regtest, a stand-in for the chain, listening on the loopback interface. */
public final class RealLightningd implements AutoCloseable {

    private final Path directory;
    private final int port;
    private final @Nullable String path;
    private final String logLevel;
    private final List<String> options;
    private Process process;

    private RealLightningd(Path directory, int port, @Nullable String path, String logLevel, List<String> options)
            throws IOException {
        this.directory = directory;
        this.port = port;
        this.path = path;
        this.logLevel = logLevel;
        this.options = options;
        this.process = launch();
    }

    /** The binary that the system property {@code lightningd} names; empty where it names none. */
    public static String binary() {
        return System.getProperty("lightningd", "");
    }

    public static RealLightningd start() throws IOException {
        return start(null, "debug");
    }

    /** @param options besides those of every node here */
    public static RealLightningd startWith(String... options) throws IOException {
        return start(null, "debug", null, List.of(options));
    }

    /**
     * @param path what {@code PATH} is to the daemon and the plugins it is told to start; null: what it is here
     * @param logLevel what it writes into its log
     */
    public static RealLightningd start(@Nullable String path, String logLevel) throws IOException {
        return start(path, logLevel, null, List.of());
    }

    /**
     * A node that can have channels. It has two commands more: {@code regtest-fund} pays an address, {@code regtest-mine} makes blocks of what was sent.
     *
     * @param chain the chain's folder, the same for all nodes that are to have channels with each other
     */
    public static RealLightningd startOn(Path chain) throws IOException {
        // developers see blocks at once, not within half a minute, but no command that is on its way out
        List<String> options =
                List.of("--developer", "--dev-bitcoind-poll=1", "--dev-fast-gossip", "--allow-deprecated-apis=true");
        return start(null, "debug", chain, options);
    }

    private static RealLightningd start(
            @Nullable String path, String logLevel, @Nullable Path chain, List<String> options) throws IOException {
        // the path of a Unix socket is short, so not where other tests have their folders
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "cln");
        Path backend = directory.resolve("backend.py");
        try (InputStream script = RealLightningd.class.getResourceAsStream("/lightningd/backend.py")) {
            if (script == null) {
                throw new NoSuchFileException("/lightningd/backend.py", null, "it is not on the class path");
            }
            Files.copy(script, backend);
        }
        executable(backend);
        // by its own PATH, for the daemon's may be one without python3
        Path launcher = directory.resolve("backend");
        Path blocks = chain == null ? directory.resolve("chain") : chain;
        Files.writeString(
                launcher,
                "#!/bin/sh\nPATH='" + System.getenv("PATH") + "' exec python3 '" + backend + "' '" + blocks + "'\n");
        executable(launcher);
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var started = new RealLightningd(directory, port, path, logLevel, options);
        started.awaitReady();
        return started;
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Process launch() throws IOException {
        Files.deleteIfExists(directory.resolve("log"));
        var command = new ArrayList<String>(List.of(
                binary(),
                "--lightning-dir=" + directory,
                "--network=regtest",
                "--disable-plugin=bcli",
                "--disable-plugin=cln-bwatch",
                "--plugin=" + directory.resolve("backend"),
                "--disable-dns",
                "--bind-addr=127.0.0.1:" + port,
                "--log-level=" + logLevel,
                "--log-file=" + directory.resolve("log")));
        command.addAll(options);
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        if (path != null) {
            builder.environment().put("PATH", path);
        }
        return builder.start();
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
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The same node once more. */
    public void startAgain() throws IOException {
        process = launch();
        awaitReady();
    }

    private boolean isReady() throws IOException {
        Path log = directory.resolve("log");
        return Files.exists(log) && Files.readString(log).contains("Server started with public key");
    }

    public Path rpcFile() {
        return directory.resolve("regtest").resolve("lightning-rpc");
    }

    public int port() {
        return port;
    }

    /** What it started, and what those started. */
    public List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** The ids of the daemon's process and of those that hold its connections. */
    public List<Long> ownProcesses() {
        return Stream.concat(Stream.of(process.toHandle()), process.children().filter(child -> child.info()
                        .command()
                        .map(command -> command.endsWith("lightning_connectd"))
                        .orElse(false)))
                .map(ProcessHandle::pid)
                .toList();
    }

    /** The processes of plugins that were started while it ran, the relays among them. */
    public List<ProcessHandle> relays() {
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
        deleteAll();
        if (crashed) {
            throw new AssertionError("lightningd died: " + log.substring(Math.max(0, log.length() - 2_000)));
        }
    }

    private void deleteAll() throws IOException {
        var deepestFirst = new ArrayList<Path>();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(deepestFirst::add);
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An executable and the two pipes between it and the node.
 *
 * <p>The pipes are named ones, opened here, because those of {@link Process} end when the process does. lightningd sees
 * the end of a plugin when the last holder of its stdout is gone, and a plugin may have handed that to another process.
 */
final class PluginProcess {

    private static final int READ_SIZE = 1 << 16;
    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final Process process;
    private final FileChannel stdin;
    private final FileChannel stdout;
    private final BlockingQueue<ByteBuffer> outgoing = new LinkedBlockingQueue<>();
    private final Consumer<ByteBuffer> received;
    private final Runnable ended;

    private PluginProcess(
            Process process, FileChannel stdin, FileChannel stdout, Consumer<ByteBuffer> received, Runnable ended) {
        this.process = process;
        this.stdin = stdin;
        this.stdout = stdout;
        this.received = received;
        this.ended = ended;
    }

    /**
     * Starts it.
     *
     * @param directory where it runs, and where its stderr is appended to a file of that name
     * @param received called on a thread of its own with what the plugin writes
     * @param ended called once nobody can write any more
     */
    static PluginProcess start(
            Path executable, String version, Path directory, Consumer<ByteBuffer> received, Runnable ended)
            throws IOException {
        var pipes = Files.createTempDirectory(directory, "p");
        var in = pipes.resolve("in");
        var out = pipes.resolve("out");
        makePipes(in, out);
        // with both ends of a named pipe in one hand no opening waits for the other side
        try (var holdsIn = new RandomAccessFile(in.toFile(), "rw");
                var holdsOut = new RandomAccessFile(out.toFile(), "rw")) {
            var stdin = FileChannel.open(in, StandardOpenOption.WRITE);
            var stdout = FileChannel.open(out, StandardOpenOption.READ);
            try {
                var builder = new ProcessBuilder(executable.toString())
                        .directory(directory.toFile())
                        .redirectInput(Redirect.from(in.toFile()))
                        .redirectOutput(Redirect.appendTo(out.toFile()))
                        .redirectError(
                                Redirect.appendTo(directory.resolve("stderr").toFile()));
                builder.environment().put("LIGHTNINGD_PLUGIN", "1");
                builder.environment().put("LIGHTNINGD_VERSION", version);
                var started = new PluginProcess(builder.start(), stdin, stdout, received, ended);
                started.pump(executable.getFileName().toString());
                return started;
            } catch (IOException notStarted) {
                stdin.close();
                stdout.close();
                throw notStarted;
            }
        } finally {
            Files.deleteIfExists(in);
            Files.deleteIfExists(out);
            Files.deleteIfExists(pipes);
        }
    }

    private static void makePipes(Path in, Path out) throws IOException {
        var mkfifo = new ProcessBuilder("mkfifo", "-m", "600", in.toString(), out.toString()).start();
        try {
            if (!mkfifo.waitFor(10, TimeUnit.SECONDS) || mkfifo.exitValue() != 0) {
                throw new IOException("mkfifo made no pipes in " + in.getParent());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", interrupted);
        }
    }

    private void pump(String name) {
        thread("stdout of " + name, this::read);
        thread("stdin of " + name, this::write);
    }

    private static void thread(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (stdout) {
            while (true) {
                var bytes = ByteBuffer.allocate(READ_SIZE);
                if (stdout.read(bytes) < 0) {
                    break;
                }
                received.accept(bytes.flip());
            }
        } catch (IOException closedFromHere) {
            // as good as its end
        }
        ended.run();
    }

    private void write() {
        try (stdin) {
            for (var bytes = outgoing.take(); bytes != END; bytes = outgoing.take()) {
                while (bytes.hasRemaining()) {
                    stdin.write(bytes);
                }
            }
        } catch (IOException nobodyReads) {
            outgoing.clear();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void send(byte[] message) {
        outgoing.add(ByteBuffer.wrap(message));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Kills it where it still runs, and lets go of its pipes. */
    void kill() {
        process.destroyForcibly();
        letGo();
    }

    /** Closes the pipes and leaves the process to itself. */
    void letGo() {
        outgoing.add(END);
        try {
            stdout.close();
            stdin.close();
        } catch (IOException closedAnyway) {
            outgoing.clear();
        }
    }
}

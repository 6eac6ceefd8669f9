// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A plugin whose part the test plays. Its executable is a shell script that joins its stdin and stdout to two named
 * pipes, so what the node wrote is read here, and what is written here is its answer.
 */
final class RemotePlugin implements AutoCloseable {

    static final String CUSTOMMSG =
            "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[],\"hooks\":[\"custommsg\"],\"subscriptions\":[]}";
    static final String CONTINUE = "{\"result\":\"continue\"}";

    private static final String END = "the end of its stdin";
    private static final long PATIENCE_SECONDS = 20;

    private final Path executable;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<OutputStream> stdout = new CompletableFuture<>();

    private RemotePlugin(Path executable) {
        this.executable = executable;
    }

    /** An executable of that name, which nobody has started. */
    static RemotePlugin create(Path dir, String name) throws IOException, InterruptedException {
        return create(dir, name, "exec cat '" + dir.resolve(name + ".out") + "'");
    }

    /** The same, but the process of the plugin ends at once and leaves its stdin and stdout to others. */
    static RemotePlugin createOneThatHandsItsPipesOver(Path dir, String name) throws IOException, InterruptedException {
        return create(dir, name, "cat '" + dir.resolve(name + ".out") + "' &");
    }

    private static RemotePlugin create(Path dir, String name, String writer) throws IOException, InterruptedException {
        var in = dir.resolve(name + ".in");
        var out = dir.resolve(name + ".out");
        if (!Files.exists(in)) {
            new ProcessBuilder("mkfifo", in.toString(), out.toString()).start().waitFor();
        }
        var script = dir.resolve(name);
        Files.writeString(script, "#!/bin/sh\nexec 3<&0\ncat <&3 >'" + in + "' &\n" + writer + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        var plugin = new RemotePlugin(script);
        plugin.thread("reads " + name, () -> plugin.read(in));
        plugin.thread("writes " + name, () -> plugin.open(out));
        return plugin;
    }

    /** The same, started by the node and with its manifest taken. */
    static RemotePlugin run(SimulatedLightningd node, Path dir, String name, String manifest)
            throws IOException, InterruptedException {
        var plugin = create(dir, name);
        plugin.thread("introduces " + name, () -> plugin.introduce(manifest));
        node.startPlugin(plugin.executable());
        return plugin;
    }

    Path executable() {
        return executable;
    }

    /** Answers getmanifest and init. */
    void introduce(String manifest) {
        answer(next("getmanifest"), manifest);
        answer(next("init"), "{}");
    }

    /** The next message of the node, of which it is known what it is. */
    String next(String method) {
        var message = next();
        if (!message.contains("\"method\":\"" + method + "\"")) {
            throw new AssertionError("not a " + method + ": " + message);
        }
        return message;
    }

    String next() {
        try {
            var message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("the node wrote nothing");
            }
            return message;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    boolean hearsNothingFor(Duration silence) throws InterruptedException {
        var message = messages.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
        if (message != null) {
            throw new AssertionError("the node wrote " + message);
        }
        return true;
    }

    void awaitEnd() {
        for (var message = next(); !message.equals(END); message = next()) {
            if (message.isEmpty()) {
                throw new AssertionError("an empty message");
            }
        }
    }

    void answer(String request, String result) {
        say("{\"jsonrpc\":\"2.0\",\"id\":" + id(request) + ",\"result\":" + result + "}");
    }

    void refuse(String request, String error) {
        say("{\"jsonrpc\":\"2.0\",\"id\":" + id(request) + ",\"error\":" + error + "}");
    }

    static String id(String request) {
        var rest = request.substring(request.indexOf("\"id\":") + 5);
        return rest.substring(0, rest.indexOf(','));
    }

    void say(String json) {
        write(json + "\n\n");
    }

    void write(String text) {
        try {
            var stream = stdout.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            stream.write(text.getBytes(StandardCharsets.UTF_8));
            stream.flush();
        } catch (IOException | InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError(failed);
        }
    }

    private void read(Path in) throws IOException {
        try (var lines =
                new BufferedReader(new InputStreamReader(new FileInputStream(in.toFile()), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    messages.add(line);
                }
            }
        }
        messages.add(END);
    }

    private void open(Path out) throws IOException {
        stdout.complete(new FileOutputStream(out.toFile()));
    }

    private interface Work {
        void run() throws IOException;
    }

    private void thread(String name, Work work) {
        var thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | RuntimeException | AssertionError failed) {
                        stdout.completeExceptionally(failed);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends it as if it had exited. */
    @Override
    public void close() {
        try {
            stdout.get(PATIENCE_SECONDS, TimeUnit.SECONDS).close();
        } catch (IOException | InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError(failed);
        }
    }
}

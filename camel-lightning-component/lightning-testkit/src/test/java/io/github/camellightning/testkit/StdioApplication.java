// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.cln.CoreLightningNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An application that lightningd starts as its plugin: it sends each message back, and is a command. At a message of the type {@link #PAUSE} its node stops, as
 * a file {@code stopped} tells, and starts again once there is a file {@code start}. With the argument {@code idle} its node is never started.
 */
final class StdioApplication {

    static final int PAUSE = 40_003;
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final CoreLightningNode node = new CoreLightningNode();
    private final Path folder;

    private StdioApplication(Path folder) {
        this.folder = folder;
    }

    /** What lightningd is to start. */
    static Path script(Path folder, String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path script = folder.resolve("application");
        Files.writeString(
                script,
                // no -cp: a long command line hides the class that isApplication looks for
                "#!/bin/sh\nCLASSPATH='" + classes + "' exec '" + java + "' " + StdioApplication.class.getName() + " '"
                        + folder + "' " + String.join(" ", arguments) + " 2>>'" + folder.resolve("stderr") + "'\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    static boolean isApplication(ProcessHandle process) {
        return process.info()
                .arguments()
                .map(arguments -> String.join(" ", arguments).contains(StdioApplication.class.getName()))
                .orElse(false);
    }

    public static void main(String[] arguments) {
        var application = new StdioApplication(Path.of(arguments[0]));
        application.node.setStdio(true);
        if (arguments.length > 1 && arguments[1].equals("idle")) {
            new CompletableFuture<Void>().join();
        }
        application.run();
    }

    private void run() {
        System.out.println("A stray print, which ends no plugin");
        node.onMessage(
                MessageFilter.all(),
                message -> message.message().type() == PAUSE ? pause() : node.send(message.peer(), message.message()));
        node.onMethod(
                new MethodSpec("orders", "", "Lists orders"),
                params -> CompletableFuture.completedFuture(Json.emptyObject().put("orders", 0)));
        node.start().toCompletableFuture().join();
        System.out.println("Up at " + node.nodeId());
        // what is left are daemon threads
        new Thread(() -> new CompletableFuture<Void>().join(), "application").start();
    }

    private CompletionStage<Void> pause() {
        new Thread(this::stopAndStart, "pause").start();
        return CompletableFuture.completedFuture(null);
    }

    private void stopAndStart() {
        try {
            node.stop().toCompletableFuture().join();
            Files.createFile(folder.resolve("stopped"));
            await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("start")));
            node.start().toCompletableFuture().join();
            System.out.println("Up again");
            Files.createFile(folder.resolve("started"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

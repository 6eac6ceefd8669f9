// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Two Lightning peers in one JVM, Alice and Bob, connected over TCP: every file in Alice's folder, however large, travels to Bob's outbox, a note of it
 * to his JMS queue, and it is done when his route has acknowledged it.
 */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description = "Sends files from Alice to Bob over Lightning, each until Bob has acknowledged it.")
public final class Quickstart implements Callable<Integer> {

    /** Of the file that no message could hold. */
    private static final int LARGE_BYTES = 5 << 20;

    private static final int MILLIS = 1_000;

    @Option(names = "--samples", required = true, hidden = true, description = "The files that the example ships.")
    private Path samples = Path.of("samples");

    @Option(
            names = "--work",
            required = true,
            hidden = true,
            description = "Where the example keeps its folders and keys.")
    private Path work = Path.of("target/quickstart");

    @Option(
            names = "--watch",
            paramLabel = "DIR",
            description =
                    "Sends your own files: each file dropped into DIR, until you press Ctrl-C. Files move to DIR/done or"
                            + " DIR/failed.")
    private @Nullable Path watch;

    @Option(
            names = "--bob",
            paramLabel = "ID@HOST:PORT",
            description = "Has Alice dial another peer than the Bob in this JVM.")
    private @Nullable String otherBob;

    @Option(
            names = "--lightning-dir",
            paramLabel = "DIR",
            description = "Alice is your own lightningd, the one with this folder, in place of a peer in this JVM.")
    private @Nullable Path lightningDir;

    @Option(
            names = "--network",
            paramLabel = "NAME",
            description = "Which network's lightningd in that folder (default: bitcoin).")
    private String network = "bitcoin";

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            description = "How long Alice tries while nothing of a file arrives (default: 20).")
    private int patience = 20;

    private final Story story;

    Quickstart(PrintStream out) {
        this.story = new Story(out);
    }

    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    static int run(PrintStream out, String... args) {
        return new CommandLine(new Quickstart(out)).execute(args);
    }

    @Override
    public Integer call() throws Exception {
        Path outbox = watch == null ? freshSamples() : Files.createDirectories(watch);
        var bob = new PeerNode();
        bob.setKeyFile(work.resolve("bob.key").toString());
        bob.setListen("127.0.0.1:0");
        try (var broker = new Broker()) {
            start(bob);
            String bobAddress = otherBob == null
                    ? address(bob)
                    : PeerAddress.parse(otherBob).toString();
            LightningNode alice = lightningDir == null ? peer(bobAddress) : lightningd(lightningDir);
            start(alice);
            try {
                if (lightningDir != null) {
                    // lightningd keeps no connection of its own to a peer without channels
                    join(alice.connect(PeerAddress.parse(bobAddress)));
                }
                return bridge(alice, bob, PeerAddress.parse(bobAddress), outbox, broker);
            } finally {
                join(alice.stop());
            }
        } catch (LightningException failure) {
            story.tell("", "%s", String.valueOf(failure.getMessage()));
            return 1;
        } finally {
            join(bob.stop());
        }
    }

    private PeerNode peer(String bobAddress) {
        var alice = new PeerNode();
        alice.setKeyFile(work.resolve("alice.key").toString());
        alice.getLimits().setRedialMaxMillis(2_000);
        alice.setPeers(bobAddress);
        return alice;
    }

    private CoreLightningNode lightningd(Path folder) {
        var alice = new CoreLightningNode();
        alice.setLightningDir(folder.toString());
        alice.setNetwork(network);
        return alice;
    }

    private int bridge(LightningNode alice, PeerNode bob, PeerAddress bobAddress, Path outbox, Broker broker)
            throws Exception {
        Path bobsOutbox = work.resolve("bob/outbox");
        story.tell(
                "Bob", "is peer %s, listening on %s", bob.nodeId(), address(bob).replaceFirst(".*@", ""));
        story.tell("Alice", "is peer %s, her folder is %s", alice.nodeId(), outbox);
        Set<Path> toSend = files(outbox);

        var main = new Main();
        main.configure().setShutdownTimeout(10);
        main.bind("alice", alice);
        main.bind("bob", bob);
        main.bind("jms", JmsComponent.jmsComponentAutoAcknowledge(broker.connections()));
        main.configure()
                .addRoutesBuilder(new AliceRoutes(outbox, bobAddress.nodeId().hex(), story, patience));
        main.configure().addRoutesBuilder(new BobRoutes(bobsOutbox, story));
        if (watch != null) {
            story.tell("", "Drop files into %s; Ctrl-C ends this.", watch);
            main.run();
            return 0;
        }
        main.start();
        try {
            story.awaitSettled(toSend.size(), 2L * MILLIS * patience);
        } finally {
            main.stop();
        }
        return summary(outbox, bobsOutbox, toSend);
    }

    private int summary(Path outbox, Path bobsOutbox, Set<Path> sent) throws IOException {
        Set<Path> kept = Files.exists(bobsOutbox) ? files(bobsOutbox) : Set.of();
        int intact = 0;
        for (Path file : sent) {
            Path done = outbox.resolve("done").resolve(file);
            intact += Files.exists(done) && isAmong(kept, bobsOutbox, done) ? 1 : 0;
        }
        boolean complete = intact == sent.size() && story.deliveredCount() == sent.size();
        story.tell(
                "",
                "%d files, %d acknowledged, %d arrived unchanged in Bob's outbox, %d failed: %s",
                sent.size(),
                story.deliveredCount(),
                intact,
                story.failedCount(),
                complete ? "all is well" : "something is missing");
        return complete ? 0 : 1;
    }

    private static boolean isAmong(Set<Path> kept, Path bobsOutbox, Path done) throws IOException {
        for (Path file : kept) {
            if (file.toString().endsWith("-" + done.getFileName())
                    && Files.mismatch(bobsOutbox.resolve(file), done) == -1) {
                return true;
            }
        }
        return false;
    }

    /** A new folder with the files that the example ships, and a large one. */
    private Path freshSamples() throws IOException {
        delete(work.resolve("alice"));
        delete(work.resolve("bob"));
        Path outbox = Files.createDirectories(work.resolve("alice"));
        for (Path sample : files(samples)) {
            Files.copy(samples.resolve(sample), outbox.resolve(sample));
        }
        var large = new byte[LARGE_BYTES];
        new Random().nextBytes(large);
        Files.write(outbox.resolve("large.bin"), large);
        return outbox;
    }

    private static Set<Path> files(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return new HashSet<>(
                    entries.filter(Files::isRegularFile).map(Path::getFileName).toList());
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            List<Path> entries;
            try (Stream<Path> walk = Files.walk(directory)) {
                entries = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path entry : entries) {
                Files.delete(entry);
            }
        }
    }

    private static String address(PeerNode node) {
        var listening = java.util.Objects.requireNonNull(node.listenAddress());
        return new PeerAddress(node.nodeId(), listening.getAddress().getHostAddress(), listening.getPort()).toString();
    }

    private static void start(LightningNode node) {
        join(node.start());
    }

    private static void join(java.util.concurrent.CompletionStage<Void> stage) {
        try {
            stage.toCompletableFuture().join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof LightningException known ? known : failure;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.files;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.peer.PeerNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.util.FileUtil;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Alice's folder to Bob's, and Bob's receipts back to hers, over a connection that is cut on the way. */
@Command(
        name = "files",
        mixinStandardHelpOptions = true,
        description = "Sends the files of Alice's folder to Bob's over Lightning, and Bob's receipts back.")
public final class FilesExample implements Callable<Integer> {

    private static final FolderToPeer.Settings SETTINGS =
            new FolderToPeer.Settings(Duration.ofSeconds(1), Duration.ofSeconds(20), 5, Duration.ofSeconds(1));
    private static final long PATIENCE_MILLIS = 60_000;
    private static final int LARGE_BYTES = 20 << 20;

    @Option(names = "--work", required = true, hidden = true, description = "Where the example keeps its files.")
    private Path work = Path.of("target/files");

    @Option(names = "--files", paramLabel = "N", description = "How many files Alice sends (default: 2000).")
    private int files = 2_000;

    private final PrintStream out;

    FilesExample(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    static int run(PrintStream out, String... args) {
        return new CommandLine(new FilesExample(out)).execute(args);
    }

    @Override
    public Integer call() throws Exception {
        PeerNode bob = node("bob");
        bob.setListen("127.0.0.1:0");
        PeerNode alice = node("alice");
        alice.getLimits().setRedialMinMillis(200);
        try {
            bob.start().toCompletableFuture().join();
            InetSocketAddress listening = Objects.requireNonNull(bob.listenAddress());
            alice.setPeers(new PeerAddress(bob.nodeId(), "127.0.0.1", listening.getPort()).toString());
            alice.start().toCompletableFuture().join();
            return bridge(alice, bob);
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof LightningException known) {
                tell("", "%s", String.valueOf(known.getMessage()));
                return 1;
            }
            throw failure;
        } finally {
            alice.stop().toCompletableFuture().join();
            bob.stop().toCompletableFuture().join();
        }
    }

    private int bridge(PeerNode alice, PeerNode bob) throws Exception {
        Path fresh = work.resolve("run");
        FileUtil.removeDir(fresh.toFile());
        Path alices = fill(fresh.resolve("alice"));
        Path bobs = Files.createDirectories(fresh.resolve("bob"));
        tell("Alice", "is peer %s; her folders are in %s", alice.nodeId(), alices);
        tell("Bob", "is peer %s; his folders are in %s", bob.nodeId(), bobs);
        var clerk = new Clerk(
                bobs.resolve("inbox").resolve(alice.nodeId().hex()),
                bobs.resolve("outbox"),
                Side.repository(bobs.resolve("receipted")));
        try (var bobsSide = new Side(
                        bob,
                        bobs.resolve("handled"),
                        new PeerToFolder(bobs.resolve("inbox"), clerk::accept),
                        clerk,
                        new FolderToPeer(bobs.resolve("outbox"), alice.nodeId(), SETTINGS));
                var alicesSide = new Side(
                        alice,
                        alices.resolve("handled"),
                        new FolderToPeer(alices.resolve("outbox"), bob.nodeId(), SETTINGS),
                        new PeerToFolder(alices.resolve("inbox"), receipt -> {}))) {
            var receipts = new Tally(PeerToFolder.ROUTE);
            alicesSide.camel().getManagementStrategy().addEventNotifier(receipts);
            bobsSide.start();
            alicesSide.start();
            receipts.await(files / 3, PATIENCE_MILLIS);
            tell("", "The connection is cut after %,d receipts.", receipts.completed());
            bob.disconnect(alice.nodeId());
            receipts.await(files, PATIENCE_MILLIS);
        }
        return summary(alices, bobs, bob.nodeId(), alice.nodeId());
    }

    private PeerNode node(String name) {
        var node = new PeerNode();
        node.setKeyFile(work.resolve(name + ".key").toString());
        return node;
    }

    private Path fill(Path alices) throws IOException {
        Path outbox = Files.createDirectories(alices.resolve("outbox"));
        for (int i = 1; i < files - 1; i++) {
            Files.writeString(outbox.resolve("order-" + i + ".txt"), "order " + i);
        }
        var large = new byte[LARGE_BYTES];
        new Random().nextBytes(large);
        Files.write(outbox.resolve("large.bin"), large);
        Files.writeString(outbox.resolve("doubtful.txt"), "a doubtful order");
        Files.createFile(outbox.resolve("empty.txt"));
        tell("Alice", "has %,d files in outbox, a large and a doubtful one among them, and an empty one", files);
        return alices;
    }

    private int summary(Path alices, Path bobs, NodeId bob, NodeId alice) throws IOException {
        Set<String> done = files(alices.resolve("outbox/done"));
        Set<String> taken = files(bobs.resolve("inbox").resolve(alice.hex()).resolve("done"));
        Path receipts = alices.resolve("inbox").resolve(bob.hex());
        Set<String> received = files(receipts);
        tell("Bob", "has taken %,d files, and has refused one only until it came again", taken.size());
        tell("Alice", "has %,d files in done and %,d receipts", done.size(), received.size());
        Path reason = alices.resolve("outbox/failed/empty.txt.reason");
        if (Files.exists(reason)) {
            tell("Alice", "has a file in failed: %s", Files.readString(reason));
        }
        boolean complete = done.size() == files
                && taken.size() == files
                && received.size() == files
                && receipted(receipts, received).equals(sums(alices.resolve("outbox/done"), done))
                && Files.exists(reason);
        tell(
                "",
                complete
                        ? "Each file arrived once and unchanged: all is well"
                        : "Something is missing, or there twice");
        return complete ? 0 : 1;
    }

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
            return entries.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toSet());
        }
    }

    private static Set<String> receipted(Path folder, Set<String> receipts) throws IOException {
        Set<String> lines = new HashSet<>();
        for (String receipt : receipts) {
            lines.add(Files.readString(folder.resolve(receipt)).strip());
        }
        return lines;
    }

    private static Set<String> sums(Path folder, Set<String> names) throws IOException {
        Set<String> lines = new HashSet<>();
        for (String name : names) {
            try (InputStream content = Files.newInputStream(folder.resolve(name))) {
                lines.add(Clerk.sha256(content) + " " + name);
            }
        }
        return lines;
    }

    private void tell(String who, String format, Object... values) {
        out.printf(Locale.ROOT, "%-6s %s%n", who, String.format(Locale.ROOT, format, values));
    }
}

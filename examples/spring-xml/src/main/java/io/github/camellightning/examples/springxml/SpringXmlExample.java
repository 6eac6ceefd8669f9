// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.springxml;

import io.github.camellightning.node.peer.PeerNode;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.springframework.context.support.ClassPathXmlApplicationContext;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Alice's file of orders to Bob's inbox, each side a Spring context of its own, {@code alice.xml} and {@code bob.xml}; Bob's is restarted on the way. */
@Command(
        name = "spring-xml",
        mixinStandardHelpOptions = true,
        description = "Sends a file of orders from Alice to Bob over Lightning, each order on its own.")
public final class SpringXmlExample implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 20;

    @Option(names = "--orders", paramLabel = "N", description = "How many orders are in Alice's file (default: 500).")
    private int orders = 500;

    /** The property that the Spring contexts read too. */
    private final Path work = Path.of(Objects.requireNonNull(System.getProperty("work"), "-Dwork=<a folder>"));

    private final Path outbox = work.resolve("alice/outbox");
    private final Path inbox = work.resolve("bob/inbox");
    private final PrintStream out;

    SpringXmlExample(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    static int run(PrintStream out, String... args) {
        return new CommandLine(new SpringXmlExample(out)).execute(args);
    }

    @Override
    public Integer call() throws Exception {
        FileSystemUtils.deleteRecursively(work);
        Files.createDirectories(outbox);
        Files.createDirectories(inbox);
        String address = "127.0.0.1:" + freePort();
        tellBothSides("bob.address = " + address);
        ClassPathXmlApplicationContext bob = new ClassPathXmlApplicationContext("bob.xml");
        try {
            String id = bob.getBean(PeerNode.class).nodeId().hex();
            tell("Bob", "is peer %s, at %s", id, address);
            tellBothSides("bob.address = " + address, "bob.id = " + id);
            try (var alice = new ClassPathXmlApplicationContext("alice.xml")) {
                tell("Alice", "is peer %s", alice.getBean(PeerNode.class).nodeId());
                writeOrders();
                await(() -> count(inbox, ".xml") >= orders / 3);
                bob.close();
                tell("", "Bob's context is closed after %,d orders.", count(inbox, ".xml"));
                bob = new ClassPathXmlApplicationContext("bob.xml");
                tell("", "It is back.");
                await(() -> count(work.resolve("alice/done"), ".xml") == 1);
                return summary();
            }
        } finally {
            bob.close();
        }
    }

    private void tellBothSides(String... lines) throws IOException {
        Files.writeString(work.resolve("site.properties"), String.join("\n", lines) + "\n");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Under another name first: the route is to see a whole file. */
    private void writeOrders() throws IOException {
        var xml = new StringBuilder("<orders>\n");
        for (int i = 1; i <= orders; i++) {
            xml.append(String.format(
                    Locale.ROOT,
                    "  <order id=\"%05d\">%s</order>%n",
                    i,
                    i == orders ? "a doubtful order" : "order " + i));
        }
        xml.append("  <order id=\"00000\"></order>\n</orders>\n");
        Path whole = Files.writeString(work.resolve("today.xml"), xml);
        Files.move(whole, outbox.resolve("today.xml"));
        tell("Alice", "has a file of %,d orders in her outbox, one of them doubtful, and an empty one", orders);
    }

    private interface Event {
        boolean hasHappened() throws IOException;
    }

    private static void await(Event event) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!event.hasHappened() && System.nanoTime() < end) {
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private static long count(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending) && !name.startsWith("."))
                    .count();
        }
    }

    private int summary() throws IOException {
        long done = count(work.resolve("alice/done"), ".xml");
        long arrived = count(inbox, ".xml");
        long handled = Files.readAllLines(work.resolve("bob/handled")).stream()
                .distinct()
                .count();
        Path dead = work.resolve("alice/dead");
        tell("Alice", "has %s", done == 1 ? "her file in done" : "no file in done");
        tell("Bob", "has %,d orders in his inbox, and has handled %,d", arrived, handled);
        boolean refused = count(dead, ".reason") == 1;
        if (refused) {
            tell("Alice", "has a dead letter: %s", Files.readString(dead.resolve("00000.reason")));
        }
        boolean complete = done == 1 && arrived == orders && handled == orders && refused;
        tell("", complete ? "Each order arrived once: all is well" : "Something is missing, or there twice");
        return complete ? 0 : 1;
    }

    private void tell(String who, String format, Object... values) {
        out.printf(Locale.ROOT, "%-6s %s%n", who, String.format(Locale.ROOT, format, values));
    }
}

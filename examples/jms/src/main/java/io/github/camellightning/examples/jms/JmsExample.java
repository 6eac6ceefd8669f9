// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.jms;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.peer.PeerNode;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Alice's queue to Bob's, each at a broker of its own, over a connection that is cut on the way. */
@Command(
        name = "jms",
        mixinStandardHelpOptions = true,
        description = "Sends orders from a queue of Alice's to one of Bob's over Lightning, in transactions.")
public final class JmsExample implements Callable<Integer> {

    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(20);
    private static final int MOST_DELIVERIES = 5;
    private static final long REDELIVERY_MILLIS = 1_000;
    private static final long PATIENCE_MILLIS = 60_000;

    @Option(names = "--work", required = true, hidden = true, description = "Where the example keeps its files.")
    private Path work = Path.of("target/jms");

    @Option(names = "--orders", paramLabel = "N", description = "How many orders Alice sends (default: 500).")
    private int orders = 500;

    private final PrintStream out;

    JmsExample(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    static int run(PrintStream out, String... args) {
        return new CommandLine(new JmsExample(out)).execute(args);
    }

    @Override
    public Integer call() throws Exception {
        Path fresh = work.resolve("run");
        FileSystemUtils.deleteRecursively(fresh);
        Files.createDirectories(fresh);
        PeerNode bob = node("bob");
        bob.setListen("127.0.0.1:0");
        PeerNode alice = node("alice");
        alice.getLimits().setRedialMinMillis(200);
        try (var alicesBroker = new Broker(0, fresh.resolve("alice"), REDELIVERY_MILLIS);
                var bobsBroker = new Broker(1, fresh.resolve("bob"), REDELIVERY_MILLIS);
                var bobsSide = new Side(
                                bob, bobsBroker, fresh.resolve("bob.handled"), new PeerToQueue(new Orders()::accept))
                        .start()) {
            InetSocketAddress listening = Objects.requireNonNull(bob.listenAddress());
            alice.setPeers(new PeerAddress(bob.nodeId(), "127.0.0.1", listening.getPort()).toString());
            var toBob = new QueueToPeer(bob.nodeId(), DELIVERY_TIMEOUT, MOST_DELIVERIES);
            try (var alicesSide = new Side(alice, alicesBroker, fresh.resolve("alice.handled"), toBob).start()) {
                tell("Bob", "is peer %s; his queue is %s", bob.nodeId(), PeerToQueue.QUEUE);
                tell("Alice", "is peer %s; her queue is %s", alice.nodeId(), QueueToPeer.QUEUE);
                fill(alicesBroker);
                int arrived = awaitOrders(bobsBroker, () -> bob.disconnect(alice.nodeId()));
                return summary(alicesBroker, bobsBroker, arrived);
            }
        } catch (LightningException failure) {
            tell("", "%s", String.valueOf(failure.getMessage()));
            return 1;
        }
    }

    private PeerNode node(String name) {
        var node = new PeerNode();
        node.setKeyFile(work.resolve(name + ".key").toString());
        return node;
    }

    private void fill(Broker alices) {
        List<String> texts = new ArrayList<>();
        for (int i = 1; i < orders; i++) {
            texts.add("order " + i);
        }
        texts.add("a doubtful order");
        texts.add("");
        alices.send(QueueToPeer.QUEUE, texts);
        tell("Alice", "has %,d orders in %s, one of them doubtful, and an empty one", orders, QueueToPeer.QUEUE);
    }

    /** @return how many different ones came */
    private int awaitOrders(Broker bobs, Runnable cut) throws Exception {
        var template = new JmsTemplate(bobs.connections());
        template.setReceiveTimeout(PATIENCE_MILLIS);
        Set<String> arrived = new HashSet<>();
        boolean silent = false;
        while (arrived.size() < orders && !silent) {
            Message order = template.receive(PeerToQueue.QUEUE);
            silent = order == null;
            if (order instanceof TextMessage text) {
                tellOfRedelivery(text);
                arrived.add(text.getText());
                if (arrived.size() == orders / 3) {
                    tell("", "The connection is cut after %,d orders.", arrived.size());
                    cut.run();
                }
            }
        }
        return arrived.size();
    }

    private void tellOfRedelivery(TextMessage text) throws Exception {
        if (text.getText().contains("doubtful")) {
            tell("Bob", "has taken %s, which he had refused at first", text.getText());
        }
    }

    private int summary(Broker alices, Broker bobs, int arrived) throws Exception {
        long twice = bobs.depth(PeerToQueue.QUEUE);
        tell("Bob", "has had %,d orders in %s, %,d of them twice", arrived + twice, PeerToQueue.QUEUE, twice);
        var template = new JmsTemplate(alices.connections());
        template.setReceiveTimeout(PATIENCE_MILLIS);
        Message dead = template.receive(QueueToPeer.DEAD);
        if (dead != null) {
            tell("Alice", "has a dead letter in %s: %s", QueueToPeer.DEAD, dead.getStringProperty("lightningReason"));
        }
        boolean complete = arrived == orders && twice == 0 && dead != null;
        tell("", complete ? "Each order arrived once: all is well" : "Something is missing, or there twice");
        return complete ? 0 : 1;
    }

    private void tell(String who, String format, Object... values) {
        out.printf(Locale.ROOT, "%-6s %s%n", who, String.format(Locale.ROOT, format, values));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.peer.PeerNode;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Alice's topic to Bob's, and Bob's answers back, over a connection that is cut on the way. */
@Command(
        name = "kafka",
        mixinStandardHelpOptions = true,
        description = "Sends orders from Alice's Kafka topic to Bob's over Lightning, and Bob's confirmations back.")
public final class KafkaExample implements Callable<Integer> {

    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Option(names = "--work", required = true, hidden = true, description = "Where the example keeps its keys.")
    private Path work = Path.of("target/kafka");

    @Option(names = "--orders", paramLabel = "N", description = "How many orders Alice sends (default: 1000).")
    private int orders = 1_000;

    @Option(
            names = "--ordered",
            description = "Sends each order when the one before it was acknowledged, in place of 200 at a time.")
    private boolean ordered;

    private final PrintStream out;

    KafkaExample(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    static int run(PrintStream out, String... args) {
        return new CommandLine(new KafkaExample(out)).execute(args);
    }

    @Override
    public Integer call() throws Exception {
        try (var broker = new Broker()) {
            Topics alices = broker.create("alice");
            Topics bobs = broker.create("bob");
            PeerNode bob = node("bob");
            bob.setListen("127.0.0.1:0");
            PeerNode alice = node("alice");
            alice.getLimits().setRedialMinMillis(200);
            try (var bobsSide = side(bobs, bob, new Shop(bobs)).start()) {
                NodeId bobId = bob.nodeId();
                InetSocketAddress listening = Objects.requireNonNull(bob.listenAddress());
                alice.setPeers(new PeerAddress(bobId, "127.0.0.1", listening.getPort()).toString());
                try (var alicesSide = side(alices, alice).start()) {
                    tell("Kafka", "is at %s", broker.servers());
                    tell("Bob", "is peer %s; his topics are %s and %s", bobId, bobs.in(), bobs.out());
                    tell("Alice", "is peer %s; her topics are %s and %s", alice.nodeId(), alices.out(), alices.in());
                    produce(broker, alices, bobId);
                    int confirmed = awaitConfirmations(broker, alices, () -> bob.disconnect(alice.nodeId()));
                    return summary(broker, alices, bobs, confirmed);
                }
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

    private Side side(Topics topics, PeerNode node, Shop... shop) throws Exception {
        var side = new Side(
                topics,
                node,
                new TopicToPeers(topics, ordered, DELIVERY_TIMEOUT),
                new PeersToTopic(topics, Shop::accept));
        for (Shop each : shop) {
            side.camel().addRoutes(each);
        }
        return side;
    }

    private void produce(Broker broker, Topics alices, NodeId bob) {
        try (KafkaProducer<String, byte[]> producer = broker.producer()) {
            for (int i = 1; i <= orders; i++) {
                producer.send(new ProducerRecord<>(alices.out(), bob.hex(), ("order " + i).getBytes(UTF_8)));
            }
            producer.send(new ProducerRecord<>(alices.out(), bob.hex(), new byte[0]));
        }
        tell("Alice", "has %,d orders for Bob in %s, and an empty one", orders, alices.out());
    }

    /** @return how many there are, none counted twice */
    private int awaitConfirmations(Broker broker, Topics alices, Runnable cut) {
        Set<String> confirmed = new HashSet<>();
        boolean wasCut = false;
        try (KafkaConsumer<String, byte[]> reader = broker.reader(alices.in())) {
            boolean silent = false;
            while (confirmed.size() < orders && !silent) {
                int before = confirmed.size();
                for (ConsumerRecord<String, byte[]> record : reader.poll(PATIENCE)) {
                    confirmed.add(new String(record.value(), UTF_8));
                }
                silent = confirmed.size() == before;
                if (!wasCut && confirmed.size() > orders / 10) {
                    tell("", "The connection is cut after %,d confirmations.", confirmed.size());
                    cut.run();
                    wasCut = true;
                }
            }
        }
        return confirmed.size();
    }

    private int summary(Broker broker, Topics alices, Topics bobs, int confirmed) throws Exception {
        long taken = broker.size(bobs.in());
        long answers = broker.size(alices.in());
        tell("Bob", "has %,d orders in %s", taken, bobs.in());
        tell("Alice", "has %,d confirmations in %s, %,d of them different", answers, alices.in(), confirmed);
        broker.records(alices.dead())
                .forEach(record -> tell(
                        "Alice",
                        "has a dead letter in %s: %s",
                        alices.dead(),
                        new String(
                                record.headers().lastHeader("lightningReason").value(), UTF_8)));
        boolean complete = confirmed == orders && taken == orders && answers == orders;
        tell("", complete ? "Each order arrived once: all is well" : "Something is missing, or there twice");
        return complete ? 0 : 1;
    }

    private void tell(String who, String format, Object... values) {
        out.printf(Locale.ROOT, "%-6s %s%n", who, String.format(Locale.ROOT, format, values));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.peer.PeerNode;
import io.netty.handler.codec.LengthFieldPrepender;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.netty.ChannelHandlerFactories;
import org.apache.camel.processor.idempotent.kafka.KafkaIdempotentRepository;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Kafka to Kafka: over Lightning with acknowledged delivery, over plain TCP with camel-netty, and with nothing between. */
@Command(
        name = "kafka",
        description = "Records of 1 KiB from one Kafka topic to another: over Lightning, over TCP, and straight.")
final class KafkaBridges implements Callable<Integer> {

    private static final int RECORDS = 100_000;
    private static final int PACED_SECONDS = 10;
    private static final int MAX_FRAME = 1 << 16;
    private static final int LENGTH_FIELD = 2;

    @ParentCommand
    private @Nullable Benchmarks parent;

    @Mixin
    private ClnRounds rounds = new ClnRounds();

    @Option(
            names = {"-p", "--pace"},
            defaultValue = "1000",
            description = "Records a second while latencies are measured (default: ${DEFAULT-VALUE}).")
    private int pace;

    @Override
    public Integer call() throws Exception {
        var report = Objects.requireNonNull(parent).report();
        report.machine();
        int records = rounds.messages(RECORDS);
        var pipelines = new LinkedHashMap<String, KafkaPipeline>();
        try (var broker = new KafkaBroker()) {
            try {
                for (var each : ways(broker).entrySet()) {
                    pipelines.put(each.getKey(), new KafkaPipeline(broker, each.getKey(), each.getValue()));
                }
                report.passages(
                        "Kafka to Kafka, %,d records of 1 KiB".formatted(records),
                        measure(pipelines, records, Double.POSITIVE_INFINITY));
                report.passages(
                        "the same, %,d a second".formatted(pace),
                        measure(pipelines, Math.min(records, PACED_SECONDS * pace), pace));
            } finally {
                pipelines.values().forEach(KafkaPipeline::close);
            }
        }
        return 0;
    }

    private Map<String, KafkaPipeline.Passage> measure(
            Map<String, KafkaPipeline> pipelines, int records, double perSecond) throws Exception {
        var measured = new LinkedHashMap<String, List<KafkaPipeline.Passage>>();
        for (int round = 0; round < rounds.all(); round++) {
            for (var each : pipelines.entrySet()) {
                KafkaPipeline.Passage passage = each.getValue().pass(records, perSecond);
                if (rounds.counts(round)) {
                    measured.computeIfAbsent(each.getKey(), name -> new ArrayList<>())
                            .add(passage);
                }
            }
        }
        var medians = new LinkedHashMap<String, KafkaPipeline.Passage>();
        measured.forEach((name, passages) -> medians.put(
                name,
                new KafkaPipeline.Passage(
                        ClnRounds.medians(passages.stream()
                                .map(KafkaPipeline.Passage::latencies)
                                .toList()),
                        median(passages, KafkaPipeline.Passage::cpuMicros))));
        return medians;
    }

    private static double median(List<KafkaPipeline.Passage> passages, ToDoubleFunction<KafkaPipeline.Passage> value) {
        double[] sorted = passages.stream().mapToDouble(value).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** By a name that a topic can have too; the last is what the others are compared to. */
    private static Map<String, KafkaPipeline.Between> ways(KafkaBroker broker) {
        var ways = new LinkedHashMap<String, KafkaPipeline.Between>();
        ways.put("lightning-kafka-repository", (routes, camel, to) -> {
            var handled = handled(broker);
            camel.getRegistry().bind("handled", handled);
            camel.addService(handled);
            lightning(
                    routes,
                    camel,
                    to,
                    "&idempotentRepository=#handled&concurrentConsumers=" + System.getProperty("cc", "10"));
        });
        ways.put("lightning", (routes, camel, to) -> lightning(routes, camel, to, ""));
        ways.put("camel-netty", KafkaBridges::netty);
        ways.put("kafka", (routes, camel, to) -> routes.from("direct:there").to(to));
        return ways;
    }

    /** The repository of envelopes that survives the receiver. */
    private static KafkaIdempotentRepository handled(KafkaBroker broker) throws Exception {
        String topic = "handled";
        broker.create(topic);
        var producer = new Properties();
        producer.setProperty("bootstrap.servers", broker.servers());
        producer.setProperty("acks", "all");
        producer.setProperty("linger.ms", System.getProperty("lin", "0"));
        var consumer = new Properties();
        consumer.setProperty("bootstrap.servers", broker.servers());
        var repository = new KafkaIdempotentRepository(topic, consumer, producer);
        repository.setMaxCacheSize(RECORDS);
        repository.setStartupOnly(true);
        return repository;
    }

    private static void lightning(RouteBuilder routes, CamelContext camel, String to, String receiving) {
        var listener = new PeerNode();
        listener.setListen("127.0.0.1:0");
        camel.getRegistry().bind("listener", listener);
        var dialler = new PeerNode();
        camel.getRegistry().bind("dialler", dialler);
        NodePair.await(listener.start());
        NodePair.await(dialler.start());
        NodePair.await(dialler.connect(NodePair.addressOf(listener)));
        routes.from("direct:there")
                .to("lightning:sendcustommsg?node=#dialler&delivery=acknowledged&peerId=" + listener.nodeId());
        routes.from("lightning:custommsg?node=#listener&delivery=acknowledged" + receiving)
                .to(to);
    }

    /** A frame there for each record, and an empty one back when it is in the topic. */
    private static void netty(RouteBuilder routes, CamelContext camel, String to) throws Exception {
        camel.getRegistry()
                .bind(
                        "frames",
                        ChannelHandlerFactories.newLengthFieldBasedFrameDecoder(
                                MAX_FRAME, 0, LENGTH_FIELD, 0, LENGTH_FIELD));
        camel.getRegistry().bind("bytes", ChannelHandlerFactories.newByteArrayDecoder("tcp"));
        camel.getRegistry().bind("lengths", new LengthFieldPrepender(LENGTH_FIELD));
        camel.getRegistry().bind("ofBytes", ChannelHandlerFactories.newByteArrayEncoder("tcp"));
        String tcp =
                "netty:tcp://127.0.0.1:" + freePort() + "?sync=true&decoders=#frames,#bytes&encoders=#lengths,#ofBytes";
        routes.from("direct:there").to(tcp);
        routes.from(tcp).to(to).setBody(routes.constant(new byte[1]));
    }

    private static int freePort() throws Exception {
        try (var server = new ServerSocket(0)) {
            return server.getLocalPort();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Records of 1 KiB from one topic to another, over something between. However they travel, up to 200 are on their way together, and an
 * offset is committed when all before it have come to the other topic.
 */
final class KafkaPipeline implements AutoCloseable {

    private static final int BYTES = 1_024;
    private static final int TOGETHER = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** How records travel: a route from {@code direct:there}, whose exchange is done when the record is in the topic, and what else it takes. */
    interface Between {
        void configure(RouteBuilder routes, CamelContext camel, String toTopic) throws Exception;
    }

    /**
     * @param latencies from the moment a record was to be sent
     * @param cpuMicros what a record cost the whole process, the broker and both ends included
     */
    record Passage(Latencies latencies, double cpuMicros) {}

    private final KafkaBroker broker;
    private final String from;
    private final String to;
    private final CamelContext camel = new DefaultCamelContext();

    KafkaPipeline(KafkaBroker broker, String name, Between between) throws Exception {
        this.broker = broker;
        from = name + ".from";
        to = name + ".to";
        broker.create(from, to);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                from(uri(from) + "&groupId=" + name + "&autoOffsetReset=earliest&batching=true&maxPollRecords="
                                + TOGETHER
                                + "&pollTimeoutMs=5&batchingIntervalMs=5&autoCommitEnable=false&allowManualCommit=true")
                        .errorHandler(noErrorHandler())
                        .process(KafkaPipeline::open)
                        .split(body())
                        .parallelProcessing()
                        .to("direct:there")
                        .end()
                        .process(KafkaPipeline::commit);
                between.configure(this, camel, uri(to));
            }
        });
        camel.start();
    }

    private String uri(String topic) {
        String serializers = "org.apache.kafka.common.serialization.ByteArray";
        return "kafka:" + topic + "?brokers=" + broker.servers() + "&valueSerializer=" + serializers
                + "Serializer&valueDeserializer=" + serializers + "Deserializer";
    }

    private static void open(Exchange batch) {
        List<?> records = batch.getMessage().getBody(List.class);
        batch.getMessage()
                .setBody(records.stream()
                        .map(each -> ((Exchange) each).getMessage().copy())
                        .toList());
    }

    private static void commit(Exchange batch) {
        List<?> records = batch.getMessage().getBody(List.class);
        var last = (Message) records.get(records.size() - 1);
        Objects.requireNonNull(last.getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class))
                .commit();
    }

    /** @param perSecond how many are sent in a second; infinite for as many as go */
    Passage pass(int records, double perSecond) throws Exception {
        var nanos = new long[records];
        try (var reader = broker.reader(to);
                var producer = broker.producer()) {
            long cpuBegan = PROCESS.getProcessCpuTime();
            long began = System.nanoTime();
            var sent = CompletableFuture.runAsync(() -> send(producer, records, perSecond, began));
            int arrived = 0;
            long heard = began;
            while (arrived < records) {
                for (ConsumerRecord<byte[], byte[]> each : reader.poll(Duration.ofMillis(100))) {
                    heard = System.nanoTime();
                    var body = ByteBuffer.wrap(each.value());
                    int number = body.getInt();
                    if (nanos[number] == 0) {
                        nanos[number] = heard - body.getLong();
                        arrived++;
                    }
                }
                if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                    throw new TimeoutException((records - arrived) + " records did not arrive in " + to);
                }
            }
            long elapsed = System.nanoTime() - began;
            double cpuMicros = (PROCESS.getProcessCpuTime() - cpuBegan) / 1e3 / records;
            sent.join();
            return new Passage(Latencies.of(nanos, elapsed), cpuMicros);
        }
    }

    private void send(KafkaProducer<byte[], byte[]> producer, int records, double perSecond, long began) {
        for (int number = 0; number < records; number++) {
            long due = began + (long) (number * 1e9 / perSecond);
            for (long ahead = due - System.nanoTime(); ahead > 0; ahead = due - System.nanoTime()) {
                LockSupport.parkNanos(ahead);
            }
            long sentAt = Double.isInfinite(perSecond) ? System.nanoTime() : due;
            byte[] body =
                    ByteBuffer.allocate(BYTES).putInt(number).putLong(sentAt).array();
            producer.send(new ProducerRecord<>(from, body));
        }
    }

    @Override
    public void close() {
        camel.stop();
    }
}

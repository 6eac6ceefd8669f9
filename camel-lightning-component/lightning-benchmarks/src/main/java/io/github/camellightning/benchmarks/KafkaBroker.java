// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A Kafka broker of this JVM, its own controller, with topics of one partition. */
final class KafkaBroker implements AutoCloseable {

    private final KafkaClusterTestKit cluster;

    KafkaBroker() throws Exception {
        var nodes = new TestKitNodes.Builder()
                .setCombined(true)
                .setNumBrokerNodes(1)
                .setNumControllerNodes(1)
                .build();
        cluster = new KafkaClusterTestKit.Builder(nodes)
                .setConfigProp("offsets.topic.replication.factor", "1")
                .setConfigProp("offsets.topic.num.partitions", "1")
                .setConfigProp("group.initial.rebalance.delay.ms", "0")
                .build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
    }

    String servers() {
        return cluster.bootstrapServers();
    }

    void create(String... topics) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers()));
                var producer = producer()) {
            List<NewTopic> all = List.of(topics).stream()
                    .map(name -> new NewTopic(name, Optional.of(1), Optional.empty()))
                    .toList();
            admin.createTopics(all).all().get();
            // the controller has them: this waits until the broker has heard of it
            List.of(topics).forEach(producer::partitionsFor);
        }
    }

    KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", servers(), "linger.ms", "1"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** A reader of what comes to a topic from now on. */
    KafkaConsumer<byte[], byte[]> reader(String topic) {
        var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers()), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var partition = List.of(new TopicPartition(topic, 0));
        consumer.assign(partition);
        consumer.seekToEnd(partition);
        // seeking is lazy: asking is not
        consumer.position(partition.get(0));
        return consumer;
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A Kafka broker within this JVM, which is its own controller, and what there is to ask it. Its folder goes with it. */
final class Broker implements AutoCloseable {

    private static final int PARTITIONS = 3;

    private final KafkaClusterTestKit cluster;
    private final Admin admin;

    Broker() throws Exception {
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
        admin = Admin.create(Map.of("bootstrap.servers", servers()));
    }

    String servers() {
        return cluster.bootstrapServers();
    }

    Topics create(String side) throws Exception {
        var topics = new Topics(side, servers());
        admin.createTopics(topics.all().stream()
                        .map(name -> new NewTopic(name, Optional.of(PARTITIONS), Optional.empty()))
                        .toList())
                .all()
                .get();
        try (KafkaProducer<String, byte[]> producer = producer()) {
            // the controller has them: this waits until the broker has heard of it
            topics.all().forEach(producer::partitionsFor);
        }
        return topics;
    }

    Admin admin() {
        return admin;
    }

    KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", servers()), new StringSerializer(), new ByteArraySerializer());
    }

    /** A reader of all that is and comes in a topic, which belongs to no group. */
    KafkaConsumer<String, byte[]> reader(String topic) {
        var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers()), new StringDeserializer(), new ByteArrayDeserializer());
        consumer.assign(partitions(topic));
        consumer.seekToBeginning(consumer.assignment());
        return consumer;
    }

    /** All that is in a topic now. */
    List<ConsumerRecord<String, byte[]>> records(String topic) throws Exception {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> reader = reader(topic)) {
            long end = size(topic);
            while (records.size() < end) {
                reader.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
        }
        return records;
    }

    long size(String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> ends =
                partitions(topic).stream().collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()));
        return admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                .sum();
    }

    /** How many records a group has committed, in all partitions together. */
    long committed(String group) throws Exception {
        return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
    }

    private static List<TopicPartition> partitions(String topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int each = 0; each < PARTITIONS; each++) {
            partitions.add(new TopicPartition(topic, each));
        }
        return partitions;
    }

    @Override
    public void close() throws Exception {
        admin.close();
        cluster.close();
    }
}

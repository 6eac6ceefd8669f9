// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.testkit.CuttingProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Alice, whose topic goes to Bob's, with a proxy between them; either can be stopped and started again. */
final class TwoSides implements AutoCloseable {

    static final NodeId ALICE = new NodeId("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");
    static final NodeId BOB = new NodeId("02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9");
    private static final int ALICES_KEY = 2;
    private static final int BOBS_KEY = 3;
    private static final int MANY = 1_000;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    final Topics alices;
    final Topics bobs;
    final CuttingProxy proxy;
    /** What Bob's route does with an envelope before it is in his topic. */
    volatile Processor bobAccepts = order -> {};

    boolean ordered;
    Duration deliveryTimeout = Duration.ofSeconds(20);
    int maxPollIntervalMillis = 300_000;

    private final Broker broker;
    private final int port;
    private Optional<Side> alice = Optional.empty();
    private Optional<Side> bob = Optional.empty();

    TwoSides(Broker broker) throws Exception {
        this.broker = broker;
        int number = NUMBER.incrementAndGet();
        alices = broker.create("alice" + number);
        bobs = broker.create("bob" + number);
        port = freePort();
        proxy = new CuttingProxy(port);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static PeerNode node(int key) {
        var node = new PeerNode();
        node.setPrivateKey(String.format("%064x", key));
        node.getLimits().setHandshakesPerSecond(MANY);
        node.getLimits().setHandshakesPerAddressPerSecond(MANY);
        node.getLimits().setHandshakesPerAddressBurst(MANY);
        node.getLimits().setRedialMinMillis(50);
        node.getLimits().setRedialMaxMillis(200);
        return node;
    }

    void startAlice() throws Exception {
        PeerNode node = node(ALICES_KEY);
        node.setPeers(BOB + "@127.0.0.1:" + proxy.port());
        var side = new Side(
                alices,
                node,
                new TopicToPeers(alices, ordered, deliveryTimeout),
                new PeersToTopic(alices, Shop::accept));
        side.camel()
                .getComponent("kafka", KafkaComponent.class)
                .getConfiguration()
                .setMaxPollIntervalMs(maxPollIntervalMillis);
        alice = Optional.of(side.start());
    }

    void startBob(Shop... shop) throws Exception {
        PeerNode node = node(BOBS_KEY);
        node.setListen("127.0.0.1:" + port);
        var side = new Side(
                bobs,
                node,
                new TopicToPeers(bobs, ordered, deliveryTimeout),
                new PeersToTopic(bobs, order -> bobAccepts.process(order)));
        for (Shop each : shop) {
            side.camel().addRoutes(each);
        }
        bob = Optional.of(side.start());
    }

    Side alice() {
        return alice.orElseThrow();
    }

    void stopAlice() {
        alice.ifPresent(Side::close);
        alice = Optional.empty();
    }

    void stopBob() {
        bob.ifPresent(Side::close);
        bob = Optional.empty();
    }

    /** Into Alice's topic, for Bob. */
    void produce(List<String> orders) {
        try (KafkaProducer<String, byte[]> producer = broker.producer()) {
            orders.forEach(
                    order -> producer.send(new ProducerRecord<>(alices.out(), BOB.hex(), order.getBytes(UTF_8))));
        }
    }

    List<String> inBobsTopic() throws Exception {
        return broker.records(bobs.in()).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    long committed() throws Exception {
        return broker.committed(alices.group());
    }

    @Override
    public void close() throws Exception {
        stopAlice();
        stopBob();
        proxy.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.jms;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.peer.PeerNode;
import io.github.camellightning.testkit.CuttingProxy;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Processor;
import org.springframework.jms.core.JmsTemplate;

/** Alice, whose queue goes to Bob's, with a proxy between them; either can be stopped and started again, but for their brokers. */
final class TwoSides implements AutoCloseable {

    static final NodeId ALICE = new NodeId("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");
    static final NodeId BOB = new NodeId("02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9");
    private static final int ALICES_KEY = 2;
    private static final int BOBS_KEY = 3;
    private static final int MANY = 1_000;
    private static final long RECEIVE_MILLIS = 10_000;

    final Broker alicesBroker;
    final Broker bobsBroker;
    final CuttingProxy proxy;
    /** What Bob's route does with an envelope before it is in his queue. */
    volatile Processor bobAccepts = order -> {};

    Duration deliveryTimeout = Duration.ofSeconds(20);
    int mostDeliveries = 100;
    Path bobsHandled;

    private final Path folder;
    private final int port;
    private Optional<Side> alice = Optional.empty();
    private Optional<Side> bob = Optional.empty();

    TwoSides(Path folder, long redeliveryMillis) throws Exception {
        this.folder = folder;
        alicesBroker = new Broker(0, folder.resolve("alice"), redeliveryMillis);
        bobsBroker = new Broker(1, folder.resolve("bob"), redeliveryMillis);
        bobsHandled = folder.resolve("bob.handled");
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
        alice = Optional.of(new Side(
                        node,
                        alicesBroker,
                        folder.resolve("alice.handled"),
                        new QueueToPeer(BOB, deliveryTimeout, mostDeliveries))
                .start());
    }

    void startBob() throws Exception {
        PeerNode node = node(BOBS_KEY);
        node.setListen("127.0.0.1:" + port);
        bob = Optional.of(
                new Side(node, bobsBroker, bobsHandled, new PeerToQueue(order -> bobAccepts.process(order))).start());
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

    /** Into Alice's queue. */
    void produce(List<String> orders) {
        alicesBroker.send(QueueToPeer.QUEUE, orders);
    }

    long waiting() {
        return alicesBroker.depth(QueueToPeer.QUEUE);
    }

    long dead() {
        return alicesBroker.depth(QueueToPeer.DEAD);
    }

    /** Takes the next one out of a queue. */
    static Message take(Broker broker, String queue) {
        var template = new JmsTemplate(broker.connections());
        template.setReceiveTimeout(RECEIVE_MILLIS);
        return template.receive(queue);
    }

    List<String> inBobsQueue() {
        return new JmsTemplate(bobsBroker.connections()).browse(PeerToQueue.QUEUE, (session, browser) -> {
            List<String> texts = new ArrayList<>();
            for (Object each : Collections.list(browser.getEnumeration())) {
                texts.add(((TextMessage) each).getText());
            }
            return texts;
        });
    }

    @Override
    public void close() throws Exception {
        stopAlice();
        stopBob();
        proxy.close();
        alicesBroker.close();
        bobsBroker.close();
    }
}

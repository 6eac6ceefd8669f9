// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.component.LightningConstants;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.peer.PeerNode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.kafka.KafkaIdempotentRepository;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One intake, several workers that share its topic by peer, and one egress, each in a Camel context of its own. */
class ManyWorkersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CUSTOMERS = 6;
    private static final int ORDERS = 40;

    private static Broker broker;

    private final List<CamelContext> started = new ArrayList<>();
    private final Map<NodeId, List<String>> answers = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> customersOfWorker = new ConcurrentHashMap<>();
    private Topics topics;
    private Topics worked;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new Broker();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @AfterEach
    void tearDown() {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).stop();
        }
    }

    @Test
    void eachPeersOrdersAreWorkedOnOnceAndInOrderWhileWorkersComeAndGo() throws Exception {
        topics = broker.create("hub");
        worked = broker.create("worked");
        var hub = new PeerNode();
        hub.setListen("127.0.0.1:0");
        start(hub(hub));
        CamelContext leaving = start(worker("first"));
        start(worker("second"));
        List<NodeId> customers = startCustomers(hub.nodeId(), Objects.requireNonNull(hub.listenAddress()));

        await().atMost(PATIENCE).until(() -> answered() > CUSTOMERS * ORDERS / 4);
        leaving.stop();
        start(worker("third"));

        await().atMost(PATIENCE).until(() -> answered() >= CUSTOMERS * ORDERS);
        List<String> expected =
                IntStream.range(0, ORDERS).mapToObj(i -> "done: order " + i).toList();
        assertThat(answers.keySet()).containsExactlyInAnyOrderElementsOf(customers);
        assertThat(answers.values()).allSatisfy(each -> assertThat(each).isEqualTo(expected));
        assertThat(customersOfWorker.keySet())
                .as("who worked, though all could have been one's work")
                .hasSizeGreaterThan(1);
        assertThat(broker.size(topics.dead())).isZero();
    }

    private int answered() {
        return answers.values().stream().mapToInt(List::size).sum();
    }

    private CamelContext start(CamelContext camel) {
        started.add(camel);
        camel.start();
        return camel;
    }

    private static CamelContext context(RouteBuilder routes, Map<String, Object> beans) throws Exception {
        var camel = new DefaultCamelContext();
        camel.getShutdownStrategy().setTimeout(10);
        for (Map.Entry<String, Object> bean : beans.entrySet()) {
            camel.getRegistry().bind(bean.getKey(), bean.getValue());
            camel.addService(bean.getValue());
        }
        camel.addRoutes(routes);
        return camel;
    }

    private KafkaIdempotentRepository repository(String topic) {
        var clients = new Properties();
        clients.setProperty("bootstrap.servers", broker.servers());
        return new KafkaIdempotentRepository(topic, clients, clients);
    }

    /** Where the node is: what peers send goes into one topic, and what the other has goes to peers. */
    private CamelContext hub(PeerNode node) throws Exception {
        var routes = new RouteBuilder() {
            @Override
            public void configure() {
                from("lightning:custommsg?node=#node&delivery=acknowledged&ordered=true&idempotentRepository=#handled")
                        .setHeader(KafkaConstants.KEY, header(LightningConstants.PEER_ID))
                        .setHeader(
                                "lightningType",
                                simple("${header." + LightningConstants.MESSAGE_TYPE + "}", String.class))
                        .to(topics.uri(topics.in(), ""));

                from(topics.uri(
                                topics.out(),
                                "&groupId=egress&autoOffsetReset=earliest&autoCommitEnable=false&allowManualCommit=true"
                                        + "&breakOnFirstError=true&pollTimeoutMs=200"))
                        .setHeader(LightningConstants.OVERRIDE_PEER_ID, header(KafkaConstants.KEY))
                        .to("lightning:sendcustommsg?node=#node&delivery=acknowledged&ordered=true")
                        .process(exchange -> exchange.getMessage()
                                .getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class)
                                .commit());
            }
        };
        return context(routes, Map.of("node", node, "handled", repository(topics.handled())));
    }

    private CamelContext worker(String name) throws Exception {
        var routes = new RouteBuilder() {
            @Override
            public void configure() {
                from(topics.uri(
                                topics.in(),
                                "&groupId=workers&autoOffsetReset=earliest&autoCommitEnable=false&allowManualCommit=true"
                                        + "&breakOnFirstError=true&pollTimeoutMs=200"))
                        .setHeader("lightningPeer", header(KafkaConstants.KEY))
                        .idempotentConsumer()
                        .message(record -> record.getHeader(KafkaConstants.PARTITION) + ":"
                                + record.getHeader(KafkaConstants.OFFSET))
                        .idempotentRepository("worked")
                        .eager(false)
                        .process(exchange -> work(name, exchange))
                        .setHeader(KafkaConstants.KEY, header("lightningPeer"))
                        .to(topics.uri(topics.out(), ""))
                        .end()
                        .process(exchange -> exchange.getMessage()
                                .getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class)
                                .commit());
            }
        };
        return context(routes, Map.of("worked", repository(worked.handled())));
    }

    private void work(String worker, Exchange exchange) {
        String peer = exchange.getMessage().getHeader("lightningPeer", String.class);
        customersOfWorker
                .computeIfAbsent(worker, first -> ConcurrentHashMap.newKeySet())
                .add(peer);
        exchange.getMessage().setBody("done: " + exchange.getMessage().getBody(String.class));
    }

    private List<NodeId> startCustomers(NodeId hub, InetSocketAddress address) throws Exception {
        List<NodeId> customers = new ArrayList<>();
        for (int i = 0; i < CUSTOMERS; i++) {
            var node = new PeerNode();
            node.setPrivateKey(String.format("%064x", 100 + i));
            node.setPeers(hub + "@127.0.0.1:" + address.getPort());
            start(customer(node, hub));
            customers.add(node.nodeId());
        }
        for (int i = started.size() - CUSTOMERS; i < started.size(); i++) {
            order(started.get(i).createProducerTemplate());
        }
        return customers;
    }

    private CamelContext customer(PeerNode node, NodeId hub) throws Exception {
        List<String> received = new CopyOnWriteArrayList<>();
        var routes = new RouteBuilder() {
            @Override
            public void configure() {
                from("lightning:custommsg?node=#node&delivery=acknowledged&ordered=true")
                        .process(answer -> {
                            received.add(answer.getMessage().getBody(String.class));
                            answers.putIfAbsent(node.nodeId(), received);
                        });
                from("direct:orders")
                        .to("lightning:sendcustommsg?node=#node&delivery=acknowledged&ordered=true&peerId=" + hub);
            }
        };
        return context(routes, Map.of("node", node));
    }

    /** One after the other, all customers at once. */
    private static void order(ProducerTemplate orders) {
        CompletableFuture<Void> ordering = CompletableFuture.runAsync(
                () -> IntStream.range(0, ORDERS).forEach(i -> orders.sendBody("direct:orders", "order " + i)));
        ordering.whenComplete((sent, failure) -> orders.stop());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.cln.CoreLightningNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

/** {@code lightning:notification/<topic>}, both ways. */
class NotificationTest extends DaemonTestSupport {

    @Test
    void whatTheNodeTellsComesInItsOrder() throws Exception {
        start(in ->
                in.from("lightning:notification/invoice_payment?outputType=Map").to("mock:in"));

        for (int n = 0; n < 100; n++) {
            alice.notify("invoice_payment", Json.emptyObject().put("label", "order-" + n));
        }

        mock("in").expectedMessageCount(100);
        mock("in").assertIsSatisfied(TimeUnit.SECONDS.toMillis(30));
        assertThat(mock("in").getExchanges())
                .extracting(exchange -> exchange.getMessage().getBody(Map.class).get("label"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(n -> "order-" + n).toList());
        assertThat(mock("in").getExchanges().get(0).getMessage().getHeader(LightningConstants.TOPIC))
                .isEqualTo("invoice_payment");
    }

    @Test
    void everyTopicIsAStar() throws Exception {
        start(in -> in.from("lightning:notification/*").to("mock:in"));

        alice.notify("invoice_payment", Json.emptyObject().put("label", "a"));
        alice.notify("channel_opened", Json.emptyObject().put("id", "02"));

        await().untilAsserted(() -> assertThat(topics()).contains("invoice_payment", "channel_opened"));
        Exchange paid = mock("in").getExchanges().stream()
                .filter(exchange ->
                        "invoice_payment".equals(exchange.getMessage().getHeader(LightningConstants.TOPIC)))
                .findFirst()
                .orElseThrow();
        assertThat(paid.getMessage().getBody(String.class)).isEqualTo("{\"label\":\"a\"}");
    }

    private List<Object> topics() {
        return mock("in").getExchanges().stream()
                .map(exchange -> exchange.getMessage().getHeader(LightningConstants.TOPIC))
                .toList();
    }

    @Test
    void connectAndDisconnectNameThePeer() throws Exception {
        var bob = lightning.start("bob");
        start(in -> {
            in.from("lightning:notification/connect?outputType=Map").to("mock:connect");
            in.from("lightning:notification/disconnect?outputType=Map").to("mock:disconnect");
        });
        mock("connect").expectedMessageCount(1);
        mock("disconnect").expectedMessageCount(1);

        alice.connectTo(bob);
        mock("connect").assertIsSatisfied();
        alice.disconnectFrom(bob);
        mock("disconnect").assertIsSatisfied();

        for (String topic : List.of("connect", "disconnect")) {
            var message = mock(topic).getExchanges().get(0).getMessage();
            assertThat(message.getHeader(LightningConstants.PEER_ID))
                    .isEqualTo(bob.nodeId().hex());
            assertThat(message.getBody(Map.class).get("id"))
                    .isEqualTo(bob.nodeId().hex());
        }
        assertThat(mock("connect")
                        .getExchanges()
                        .get(0)
                        .getMessage()
                        .getBody(Map.class)
                        .get("direction"))
                .isEqualTo("out");
    }

    @Test
    void whatARouteTellsReachesWhoSubscribedAndTheBodyStays() throws Exception {
        CoreLightningNode subscriber = node(alice);
        var told = new CopyOnWriteArrayList<JsonNode>();
        subscriber.onNotification("order_shipped", told::add);
        start(in -> in.from("direct:tell").to("lightning:notification/order_shipped"));
        subscriber.start().toCompletableFuture().get(30, TimeUnit.SECONDS);

        Object body = template.requestBody("direct:tell", Map.of("order", 7));

        assertThat(body).isEqualTo(Map.of("order", 7));
        await().until(() -> !told.isEmpty());
        assertThat(told.get(0)).hasToString("{\"order\":7}");
        subscriber.stop().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aTopicThatComesUpWhileTheContextRunsIsKnownBeforeItIsTold() throws Exception {
        start(in -> in.from("direct:tell").toD("lightning:notification/${header.topic}"));

        for (String topic : List.of("order_shipped", "order_paid")) {
            assertThat(template.requestBodyAndHeader("direct:tell", "{}", "topic", topic))
                    .isEqualTo("{}");
        }
    }

    @Test
    void aThreadPoolOfSeveralKeepsTheOrder() throws Exception {
        var gate = new Gate();
        var pool = Executors.newFixedThreadPool(4);
        context.getRegistry().bind("pool", pool);
        start(in -> in.from("lightning:notification/invoice_payment?executorService=#pool")
                .routeId("r")
                .process(gate));
        var consumer = (NotificationConsumer) context.getRoute("r").getConsumer();
        for (int n = 0; n < 4; n++) {
            alice.notify("invoice_payment", Json.emptyObject().put("n", n));
        }
        await().until(() -> consumer.getPendingExchangesSize() == 4);

        for (int n = 1; n <= 4; n++) {
            gate.letThrough(1);
            int through = n;
            await().until(() -> gate.left().size() == through);
            assertThat(gate.entered()).hasSizeLessThanOrEqualTo(through + 1);
        }
        assertThat(gate.left()).containsExactly("{\"n\":0}", "{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
        pool.shutdown();
    }

    @Test
    void aForcedStopGivesBackThePlacesOfWhatNeverRan() throws Exception {
        var gate = new Gate();
        start(in ->
                in.from("lightning:notification/invoice_payment").routeId("r").process(gate));
        var consumer = (NotificationConsumer) context.getRoute("r").getConsumer();
        for (int n = 0; n < 3; n++) {
            alice.notify("invoice_payment", Json.emptyObject().put("n", n));
        }
        await().until(() ->
                consumer.getPendingExchangesSize() == 3 && gate.entered().size() == 1);

        context.getRouteController().stopRoute("r", 1, TimeUnit.SECONDS);

        await().until(() -> consumer.getPendingExchangesSize() == 0);
        assertThat(gate.entered()).hasSize(1);
    }

    @Test
    void aTopicOfTheNodesOwnCannotBeTold() {
        assertThat(catchThrowable(() -> start(in -> in.from("direct:tell").to("lightning:notification/connect"))))
                .hasStackTraceContaining("Invalid topic connect: only lightningd itself sends it");
    }

    @Test
    void aRouteThatFailsHearsTheNextAllTheSame() throws Exception {
        start(in -> {
            in.errorHandler(in.noErrorHandler());
            in.from("lightning:notification/invoice_payment").to("mock:in").process(exchange -> {
                throw new IllegalStateException("broken");
            });
        });
        mock("in").expectedMessageCount(2);

        alice.notify("invoice_payment", Json.emptyObject().put("label", "a"));
        alice.notify("invoice_payment", Json.emptyObject().put("label", "b"));

        mock("in").assertIsSatisfied();
    }

    @Test
    void onANodeWithoutADaemonOnlyPeersAreToldOf() throws Exception {
        var peerNode = new TestNode(1);
        context.getRegistry().bind("peer", peerNode);

        assertThat(catchThrowable(() -> start(in -> in.from("lightning:notification/invoice_payment?node=#peer")
                        .to("mock:in"))))
                .hasStackTraceContaining("wants a node with a daemon");
    }
}

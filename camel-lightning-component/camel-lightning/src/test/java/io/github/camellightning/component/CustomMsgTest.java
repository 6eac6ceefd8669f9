// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;

class CustomMsgTest extends LightningTestSupport {

    @Test
    void aMessageBecomesAnExchangeThatSaysWhoSentItWhatItIsAndWhen() throws Exception {
        start(in -> in.from("lightning:custommsg").to("mock:in"));
        MockEndpoint in = mock("in");
        in.expectedMessageCount(1);
        Instant before = Instant.now();

        alice.receive(PEER, TYPE, "hello");

        in.assertIsSatisfied();
        Exchange exchange = in.getExchanges().get(0);
        assertThat(exchange.getPattern()).isEqualTo(ExchangePattern.InOnly);
        assertThat(exchange.getMessage().getBody()).isInstanceOf(byte[].class).isEqualTo("hello".getBytes(UTF_8));
        assertThat(exchange.getMessage().getHeaders())
                .containsEntry(LightningConstants.PEER_ID, PEER.hex())
                .containsEntry(LightningConstants.MESSAGE_TYPE, TYPE)
                .containsEntry(LightningConstants.LOCAL_NODE_ID, alice.nodeId().hex());
        assertThat(exchange.getMessage().getHeader(Exchange.MESSAGE_TIMESTAMP, Long.class))
                .isBetween(before.toEpochMilli(), Instant.now().toEpochMilli());
    }

    @Test
    void theRouteRunsOnAThreadOfCamelsAndNeverOnTheNodes() throws Exception {
        start(in -> in.from("lightning:custommsg")
                .process(exchange ->
                        exchange.getMessage().setBody(Thread.currentThread().getName()))
                .to("mock:in"));
        MockEndpoint in = mock("in");
        in.expectedMessageCount(1);

        alice.receive(PEER, TYPE, "");

        in.assertIsSatisfied();
        assertThat(bodyOf(in.getExchanges().get(0))).contains("LightningConsumer");
    }

    @Test
    void onlyTheTypesAndPeersThatWereAskedForAreReceived() throws Exception {
        start(in -> in.from("lightning:custommsg?messageTypes=0x8001,40001-40003&peers=" + PEER)
                .to("mock:in"));

        assertThat(alice.wants(PEER, 0x8001)).isTrue();
        assertThat(alice.wants(PEER, 40_003)).isTrue();
        assertThat(alice.wants(PEER, 40_002)).as("an even type").isFalse();
        assertThat(alice.wants(PEER, 40_005)).isFalse();
        assertThat(alice.wants(OTHER, 0x8001)).isFalse();
    }

    @Test
    void evenTypesAreReceivedWhereTheyAreAccepted() throws Exception {
        start(in -> in.from("lightning:custommsg?messageTypes=40000&acceptEven=true")
                .to("mock:in"));

        assertThat(alice.wants(PEER, 40_000)).isTrue();
    }

    @Test
    void severalPeersMayBeNamed() throws Exception {
        start(in -> in.from("lightning:custommsg?peers=" + PEER + ", " + OTHER).to("mock:in"));

        assertThat(alice.wants(PEER, TYPE)).isTrue();
        assertThat(alice.wants(OTHER, TYPE)).isTrue();
        assertThat(alice.wants(NodeKeys.id(103), TYPE)).isFalse();
    }

    @Test
    void byDefaultNothingIsReceivedThatBoltsOrCommandoKeepToThemselves() throws Exception {
        start(in -> in.from("lightning:custommsg").to("mock:in"));

        assertThat(List.of(1, 7, 17, 261, 0x4c4d, 0x4c4f, 0x594b, 0x594d)).noneMatch(type -> alice.wants(PEER, type));
        assertThat(List.of(1025, 32_769, 65_535)).allMatch(type -> alice.wants(PEER, type));
    }

    @Test
    void eachConsumerThatMatchesGetsACopy() throws Exception {
        start(in -> {
            in.from("lightning:custommsg").to("mock:left");
            in.from("lightning:custommsg").to("mock:right");
            in.from("lightning:custommsg?messageTypes=40001").to("mock:not");
        });
        mock("left").expectedBodiesReceived("hello");
        mock("right").expectedBodiesReceived("hello");
        mock("not").expectedMessageCount(0);

        alice.receive(PEER, TYPE, "hello").get(10, TimeUnit.SECONDS);

        MockEndpoint.assertIsSatisfied(context);
    }

    @Test
    void theMessagesOfAPeerKeepTheirOrder() throws Exception {
        start(in -> in.from("lightning:custommsg?releaseOn=receipt&maxInFlightPerPeer=1000")
                .to("mock:in"));
        List<String> numbers =
                IntStream.range(0, 1_000).mapToObj(String::valueOf).toList();
        mock("in").expectedBodiesReceived(numbers);

        numbers.forEach(number -> alice.receive(PEER, TYPE, number));

        mock("in").assertIsSatisfied();
    }

    @Test
    void aSlowPeerDoesNotKeepAnotherWaiting() throws Exception {
        start(in -> in.from("lightning:custommsg")
                .filter(in.header(LightningConstants.PEER_ID).isEqualTo(PEER.hex()))
                .process(gate)
                .end()
                .to("mock:in"));
        mock("in").expectedBodiesReceived("fast");

        alice.receive(PEER, TYPE, "slow");
        await().until(() -> gate.entered().contains("slow"));
        alice.receive(OTHER, TYPE, "fast").get(10, TimeUnit.SECONDS);

        mock("in").assertIsSatisfied();
    }

    @Test
    void theResultGoesBackToTheSenderWithTheReplyTypeBeforeTheMessageCountsAsDone() throws Exception {
        var bob = new TestNode(2);
        TestNode.connect(alice, bob);
        bob.start();
        start(in ->
                in.from("lightning:custommsg?replyType=0x9419").setBody(in.simple("${exchange.pattern} to ${body}")));

        alice.receive(bob.nodeId(), TYPE, "bob").get(10, TimeUnit.SECONDS);

        assertThat(alice.sent()).singleElement().satisfies(reply -> {
            assertThat(reply.type()).isEqualTo(0x9419);
            assertThat(new String(reply.payload(), UTF_8)).isEqualTo("InOut to bob");
        });
    }

    @Test
    void aNullResultIsNoAnswer() throws Exception {
        start(in ->
                in.from("lightning:custommsg?replyType=0x9419").routeId("in").setBody(in.constant((Object) null)));

        alice.receive(PEER, TYPE, "hello").get(10, TimeUnit.SECONDS);

        assertThat(alice.sent()).isEmpty();
        assertThat(consumer("in").getHandled()).isEqualTo(1);
    }

    @Test
    void anAnswerThatCannotBeSentIsAFailureOfTheExchange() throws Exception {
        start(in ->
                in.from("lightning:custommsg?replyType=0x9419").routeId("in").setBody(in.constant("lost")));

        alice.receive(PEER, TYPE, "hello").get(10, TimeUnit.SECONDS);

        assertThat(consumer("in").getFailed()).isEqualTo(1);
    }
}

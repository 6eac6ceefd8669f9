// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.NodeId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code toD("lightning:...")}: what differs from message to message is in headers, and there is one endpoint for all. */
class ToDynamicTest extends LightningTestSupport {

    private final List<Sent> sent = new CopyOnWriteArrayList<>();

    private record Sent(NodeId peer, CustomMessage message) {}

    @BeforeEach
    void nobodyHasToBeConnected() {
        alice.onSend((peer, message) -> {
            sent.add(new Sent(peer, message));
            return CompletableFuture.completedFuture(null);
        });
    }

    private void startTo(String uri) throws Exception {
        start(in -> in.from("direct:out").toD("lightning:" + uri).to("mock:done"));
    }

    private List<String> endpoints() {
        return context.getEndpoints().stream()
                .filter(LightningEndpoint.class::isInstance)
                .map(endpoint -> endpoint.getEndpointUri())
                .sorted()
                .toList();
    }

    private void send(String body, Map<String, Object> headers) {
        template.sendBodyAndHeaders("direct:out", body, headers);
    }

    private Throwable failureOf(String body, Map<String, Object> headers) {
        return catchThrowable(() -> send(body, headers)).getCause();
    }

    @Test
    void aHundredPeersAndTypesShareOneEndpoint() throws Exception {
        startTo("sendcustommsg?peerId=${header.to}&messageType=${header.type}&sendTimeout=5s");
        List<NodeId> peers =
                IntStream.rangeClosed(200, 299).mapToObj(NodeKeys::id).toList();

        for (int i = 0; i < peers.size(); i++) {
            send("to " + i, Map.of("to", peers.get(i).hex(), "type", 40_001 + i));
        }

        assertThat(endpoints()).containsExactly("lightning://sendcustommsg?sendTimeout=5s");
        assertThat(sent)
                .containsExactlyElementsOf(IntStream.range(0, 100)
                        .mapToObj(
                                i -> new Sent(peers.get(i), new CustomMessage(40_001 + i, ("to " + i).getBytes(UTF_8))))
                        .toList());
        assertThat(mock("done").getExchanges()).hasSize(100).allSatisfy(done -> assertThat(
                        done.getMessage().getHeaders())
                .doesNotContainKeys(LightningConstants.OVERRIDE_PEER_ID, LightningConstants.OVERRIDE_MESSAGE_TYPE)
                .containsEntry(LightningConstants.STATUS, LightningConstants.SENT));
    }

    @Test
    void aComponentOfAnotherNameKeepsOneEndpointToo() throws Exception {
        context.addComponent("ln", new LightningComponent());
        start(in -> in.from("direct:out").toD("ln:sendcustommsg?messageType=37913&peerId=${header.to}"));

        send("hello", Map.of("to", PEER.hex()));
        send("hello", Map.of("to", OTHER.hex()));

        assertThat(endpoints()).containsExactly("ln://sendcustommsg");
        assertThat(sent).extracting(Sent::peer).containsExactly(PEER, OTHER);
    }

    @Test
    void anOverrideThatTheRouteSetWinsAsItWinsOverAnOption() throws Exception {
        startTo("sendcustommsg?messageType=37913&peerId=${header.to}");

        send("hello", Map.of("to", PEER.hex(), LightningConstants.OVERRIDE_PEER_ID, OTHER.hex()));

        assertThat(sent).extracting(Sent::peer).containsExactly(OTHER);
    }

    @Test
    void theSenderOfWhatWasReceivedIsNotMeantWhereTheUriNamesAPeer() throws Exception {
        startTo("sendcustommsg?peerId=${header.to}");

        send(
                "hello",
                Map.of(
                        "to",
                        PEER.hex(),
                        LightningConstants.PEER_ID,
                        OTHER.hex(),
                        LightningConstants.MESSAGE_TYPE,
                        40_001));

        assertThat(sent).containsExactly(new Sent(PEER, new CustomMessage(40_001, "hello".getBytes(UTF_8))));
    }

    @Test
    void whereSomethingStandsInForTheProducerNoHeaderIsLeftForTheNext() throws Exception {
        routes(in -> in.from("direct:out")
                .routeId("out")
                .toD("lightning:sendcustommsg?messageType=37913&peerId=${header.to}")
                .to("mock:next"));
        AdviceWith.adviceWith(context, "out", advice -> advice.mockEndpointsAndSkip("lightning:*"));
        context.start();

        send("hello", Map.of("to", PEER.hex()));

        assertThat(mock("lightning:sendcustommsg").getExchanges()).hasSize(1);
        assertThat(mock("next").getExchanges()).singleElement().satisfies(next -> assertThat(
                        next.getMessage().getHeaders())
                .doesNotContainKeys(LightningConstants.OVERRIDE_PEER_ID, LightningConstants.OVERRIDE_MESSAGE_TYPE));
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alice | 40001 | Option peerId: Invalid node id 'alice': a node id has 66 hex digits, this has 5",
                "      | 40001 | Option peerId: Invalid node id ''",
                "PEER  | abc   | Option messageType: Invalid message type 'abc'",
                "PEER  | 18    | Option messageType: Message type 18 is reserved",
            })
    void whatIsWrongIsSaidByTheNameOfTheOption(String to, String type, String message) throws Exception {
        startTo("sendcustommsg?peerId=${header.to}&messageType=${header.type}");

        assertThat(failureOf(
                        "hello",
                        to == null
                                ? Map.of("type", type)
                                : Map.of("to", to.equals("PEER") ? PEER.hex() : to, "type", type)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
        assertThat(endpoints()).isEmpty();
    }

    @Test
    void anUnknownOperationIsAnsweredWithThoseThereAre() throws Exception {
        startTo("${header.operation}?peerId=" + PEER);

        assertThat(failureOf("hello", Map.of("operation", "keysend")))
                .hasMessageContaining("Unknown operation 'keysend'");
    }

    @Test
    void theMethodStaysInTheUriAndThePeerAndTheRuneDoNot() throws Exception {
        startTo("commando/${header.method}?peerId=${header.to}&rune=${header.may}&filter=RAW({\"a&b\":true})");

        for (NodeId peer : List.of(PEER, OTHER)) {
            for (String method : List.of("getinfo", "listpeers")) {
                assertThat(failureOf("{}", Map.of("method", method, "to", peer.hex(), "may", "a-rune==")))
                        .hasMessage("This node has no commando");
            }
        }

        assertThat(endpoints())
                .hasSize(2)
                .allSatisfy(uri -> assertThat(uri).doesNotContain("peerId", "rune"))
                .anySatisfy(uri -> assertThat(uri).startsWith("lightning://commando/getinfo"))
                .anySatisfy(uri -> assertThat(uri).startsWith("lightning://commando/listpeers"));
        assertThat(context.getEndpoints())
                .filteredOn(LightningEndpoint.class::isInstance)
                .allSatisfy(endpoint -> assertThat(
                                ((LightningEndpoint) endpoint).getCall().getFilter())
                        .isEqualTo("{\"a&b\":true}"));
        assertThat(alice.calls())
                .extracting(TestNode.Call::peer, TestNode.Call::method, TestNode.Call::rune)
                .containsExactly(
                        tuple(PEER, "getinfo", "a-rune=="),
                        tuple(PEER, "listpeers", "a-rune=="),
                        tuple(OTHER, "getinfo", "a-rune=="),
                        tuple(OTHER, "listpeers", "a-rune=="));
    }

    @Test
    void aHeaderDoesNotChooseTheMethod() throws Exception {
        startTo("commando/getinfo?peerId=${header.to}");

        failureOf("{}", Map.of("to", PEER.hex(), LightningConstants.METHOD, "stop"));

        assertThat(alice.calls()).extracting(TestNode.Call::method).containsExactly("getinfo");
    }

    @Test
    void anAddressToConnectToStaysInTheUri() throws Exception {
        var bob = new TestNode(2);
        alice.knows(bob);
        startTo("sendcustommsg?messageType=37913&autoConnect=true&peerId=${header.to}");

        send("hello", Map.of("to", bob.nodeId() + "@203.0.113.1:9735"));

        assertThat(endpoints()).singleElement().asString().contains("203.0.113.1:9735");
        assertThat(sent).extracting(Sent::peer).containsExactly(bob.nodeId());
    }

    @Test
    void anEnvelopeIdIsTakenAsItIsAndItsTypeStays() throws Exception {
        Processor received = exchange -> {
            exchange.getMessage().setHeader(LightningConstants.ENVELOPE_ID, "of what was received");
            exchange.getMessage().setHeader("to", PEER.hex());
        };
        start(in -> in.from("direct:out")
                .process(received)
                .toD("lightning:sendcustommsg?delivery=acknowledged&messageType=40001&deliveryTimeout=100"
                        + "&peerId=${header.to}&envelopeId=RAW(${header.orderId})"));

        for (String orderId : List.of("4711", "a ${bean:none} & b")) {
            Exchange done = template.request("direct:out", out -> {
                out.getMessage().setBody("beans");
                out.getMessage().setHeader("orderId", orderId);
            });
            assertThat(done.getException()).hasMessageNotContainingAny("bean:none", "Option");
            assertThat(done.getMessage().getHeaders()).doesNotContainKey(LightningConstants.ENVELOPE_ID);
        }

        assertThat(endpoints())
                .singleElement()
                .asString()
                .contains("messageType=40001")
                .doesNotContain("envelopeId");
        assertThat(sent)
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(message -> assertThat(message.message().type()).isEqualTo(40_001));
        assertThat(failureOf("beans", Map.of())).hasMessage("Option envelopeId: it is empty for this exchange");
    }
}

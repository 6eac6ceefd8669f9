// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.wire.TlvStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages over several nodes, as the page on onions shows them, where {@code -Dlightningd=<path of the binary>} says which lightningd; else skipped. */
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class OnionLightningdIT {

    private static final HexFormat HEX = HexFormat.of();
    private static final String CALL = "?outputType=JsonNode&node=#";

    /** Of 1,300 bytes for two nodes, beside a preimage. */
    private static final int MOST_BYTES = 1_126;

    private static RegtestNetwork network;

    private CamelContext context;
    private ProducerTemplate template;
    private MockEndpoint received;
    private String carolId;

    @BeforeAll
    static void threeNodesHaveChannels() throws Exception {
        network = RegtestNetwork.start();
    }

    @AfterAll
    static void stopThem() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    @BeforeEach
    void startTheRoutes() throws Exception {
        context = network.context();
        context.addRoutes(new Sender());
        context.addRoutes(new Receiver());
        context.addRoutes(new Speaker());
        context.addRoutes(new Listener());
        context.start();
        template = context.createProducerTemplate();
        received = context.getEndpoint("mock:received", MockEndpoint.class);
        carolId = call("carol", "getinfo", Map.of()).get("id").textValue();
    }

    @AfterEach
    void stopTheRoutes() throws Exception {
        context.close();
    }

    /** Sends the body to the node that the header {@code to} names, in an onion; the new body is what it says, or the preimage where it takes the money. */
    static final class Sender extends RouteBuilder {

        @Override
        public void configure() {
            from("direct:onion")
                    .setProperty("message", body())
                    .setProperty("preimage")
                    .exchange(exchange -> OnionSender.random())
                    .setBody(constant(""))
                    .to("lightning:rpc/getinfo" + CALL + "alice")
                    .setProperty("info", body())
                    .setBody()
                    .exchange(OnionSender::routeWanted)
                    .to("lightning:rpc/getroutes" + CALL + "alice")
                    .setProperty("path")
                    .body(JsonNode.class, routes -> routes.at("/routes/0/path"))
                    .setBody()
                    .exchange(OnionSender::onion)
                    .to("lightning:rpc/createonion" + CALL + "alice")
                    .setBody()
                    .exchange(OnionSender::payment)
                    .to("lightning:rpc/sendonion" + CALL + "alice")
                    .setBody()
                    .exchange(exchange -> Map.of("payment_hash", OnionSender.paymentHash(exchange), "timeout", 60))
                    .doTry()
                    .to("lightning:rpc/waitsendpay" + CALL + "alice")
                    .process(OnionSender::taken)
                    .doCatch(RemoteErrorException.class)
                    .process(OnionSender::answered)
                    .end();
        }
    }

    /** Takes the money of messages that begin with "paid" and answers others. Keysends, and payments without a message, are left to lightningd. */
    static final class Receiver extends RouteBuilder {

        @Override
        public void configure() {
            from("lightning:hook/htlc_accepted" + CALL + "carol")
                    .setProperty("hook")
                    .body(JsonNode.class, hook -> hook)
                    .setProperty("payload")
                    .body(JsonNode.class, PaymentOnion::payload)
                    .setBody()
                    .exchange(exchange -> OnionReceiver.message(exchange))
                    .choice()
                    .when(body().isNull())
                    .setBody(constant("{\"result\":\"continue\"}"))
                    .otherwise()
                    .to("mock:received")
                    .process(OnionReceiver::decide)
                    .end();
        }
    }

    /** Sends the body in an onion message over the nodes that the header {@code nodes} lists, the own one first. */
    static final class Speaker extends RouteBuilder {

        @Override
        public void configure() {
            from("direct:onion-message")
                    .process(exchange -> exchange.setProperty("path", blinded(exchange)))
                    .setBody()
                    .exchange(exchange -> Map.of(
                            "hops", path(exchange).hops(),
                            "assocdata", "",
                            "onion_size", exchange.getMessage().getHeader("size")))
                    .to("lightning:rpc/createonion" + CALL + "alice")
                    .setBody()
                    .exchange(exchange -> Map.of(
                            "path_key",
                            path(exchange).pathKey(),
                            "message",
                            exchange.getMessage().getBody(JsonNode.class).get("onion")))
                    .to("lightning:rpc/injectonionmessage" + CALL + "alice");
        }

        private static BlindedPath blinded(Exchange exchange) throws GeneralSecurityException {
            byte[] message = exchange.getMessage().getBody(byte[].class);
            List<String> nodes = exchange.getMessage().getHeader("nodes", List.class);
            return BlindedPath.through(nodes, TlvStream.EMPTY.with(PaymentOnion.MESSAGE, message));
        }

        private static BlindedPath path(Exchange exchange) {
            return exchange.getProperty("path", BlindedPath.class);
        }
    }

    /** Hands on what onion messages say in the message's record. */
    static final class Listener extends RouteBuilder {

        @Override
        public void configure() {
            from("lightning:hook/onion_message_recv" + CALL + "carol")
                    .split()
                    .body(JsonNode.class, hook -> hook.at("/onion_message/unknown_fields"))
                    .filter()
                    .body(JsonNode.class, field -> field.get("number").longValue() == PaymentOnion.MESSAGE)
                    .setBody()
                    .body(
                            JsonNode.class,
                            field -> HEX.parseHex(field.get("value").textValue()))
                    .to("mock:listened")
                    .end()
                    .end()
                    .setBody(constant("{\"result\":\"continue\"}"));
        }
    }

    private JsonNode call(String node, String method, Map<String, ?> params) {
        return RegtestNetwork.call(template, node, method, params);
    }

    private String send(String message) {
        return template.requestBodyAndHeader("direct:onion", message, "to", carolId, String.class);
    }

    @Test
    void aMessageReachesTheThirdNodeWhoseAnswerComesBackAndNobodyPays() throws Exception {
        JsonNode before = call("carol", "listpeerchannels", Map.of()).at("/channels/0/to_us_msat");
        received.expectedBodiesReceived("hello, carol");

        assertThat(send("hello, carol")).isEqualTo("heard: hello, carol");

        received.assertIsSatisfied();
        assertThat(call("carol", "listpeerchannels", Map.of()).at("/channels/0/to_us_msat"))
                .isEqualTo(before);
    }

    @Test
    void aReceiverThatResolvesIsPaid() throws Exception {
        received.expectedBodiesReceived("paid: 1 sat");

        String preimage = send("paid: 1 sat");

        received.assertIsSatisfied();
        byte[] sent = received.getExchanges()
                .get(0)
                .getProperty("payload", TlvStream.class)
                .value(PaymentOnion.PREIMAGE)
                .orElseThrow();
        assertThat(preimage).isEqualTo(HEX.formatHex(sent));
    }

    @Test
    void anOnionHoldsSoMuchAndNoMore() {
        // the answer, which quotes it, has less room than the message: paid, so that there is none
        String most = "paid: " + "x".repeat(MOST_BYTES - 6);

        assertThat(send(most)).hasSize(64);
        Throwable failure = catchThrowable(() -> send(most + "x"));

        assertThat(failure.getCause()).isInstanceOfSatisfying(RemoteErrorException.class, refused -> {
            assertThat(refused.code()).isEqualTo(-32602);
            assertThat(refused).hasMessageContaining("Payloads exceed maximum onion packet size");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"keysend", "xkeysend"})
    void aKeysendCarriesTheMessageInATlvOfItsOwn(String method) throws Exception {
        received.expectedBodiesReceived("keysend: hello");

        JsonNode paid = call("alice", method, keysend("keysend: hello"));

        received.assertIsSatisfied();
        assertThat(paid.get("payment_preimage").textValue()).hasSize(64);
    }

    @Test
    void aKeysendThatTheReceiverDoesNotTakeFails() {
        Throwable failure = catchThrowable(() -> call("alice", "keysend", keysend("no, thanks")));

        assertThat(failure).isInstanceOf(CamelExecutionException.class);
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(RemoteErrorException.class, refused -> assertThat(refused.code())
                        .isEqualTo(203));
    }

    private List<String> ids(String... names) {
        return Stream.of(names)
                .map(name -> call(name, "getinfo", Map.of()).get("id").textValue())
                .toList();
    }

    private void sendOnionMessage(List<String> nodes, byte[] message, int onionSize) {
        template.requestBodyAndHeaders("direct:onion-message", message, Map.of("nodes", nodes, "size", onionSize));
    }

    @ParameterizedTest
    @CsvSource({"1000, 1300", "30000, 32768"})
    void anOnionMessageReachesTheThirdNodeOverABlindedPath(int bytes, int onionSize) throws Exception {
        byte[] message = new byte[bytes];
        new SecureRandom().nextBytes(message);
        MockEndpoint listened = context.getEndpoint("mock:listened", MockEndpoint.class);
        listened.expectedMessageCount(1);

        sendOnionMessage(ids("alice", "bob", "carol"), message, onionSize);

        listened.assertIsSatisfied();
        assertThat(listened.getExchanges().get(0).getMessage().getBody(byte[].class))
                .isEqualTo(message);
    }

    @Test
    void anOnionMessageToANodeThatIsNotConnectedIsRefused() {
        Throwable failure = catchThrowable(() -> sendOnionMessage(ids("alice", "carol"), new byte[] {1}, 1_300));

        assertThat(failure.getCause())
                .isInstanceOf(RemoteErrorException.class)
                .hasMessageContaining("unknown next peer " + carolId);
    }

    private Map<String, Object> keysend(String message) {
        return Map.of(
                "destination",
                carolId,
                "amount_msat",
                OnionSender.AMOUNT_MSAT,
                "extratlvs",
                Map.of(PaymentOnion.MESSAGE, HEX.formatHex(message.getBytes(StandardCharsets.UTF_8))));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.wire.TlvStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages over several nodes, as the page on onions shows them: three nodes in a row, alice, bob and carol, with channels. Passed by simulated nodes and, with
 * {@code -Dlightningd=<path of the binary>}, by real ones.
 */
abstract class OnionContract {

    private static final HexFormat HEX = HexFormat.of();

    /** Of 1,300 bytes for two nodes, beside a preimage. */
    private static final int MOST_BYTES = 1_126;

    private CamelContext context;
    private ProducerTemplate template;
    private MockEndpoint received;
    private String carolId;

    /** A context with the nodes as beans. Only carol's is a plugin too. */
    abstract CamelContext context();

    @BeforeEach
    void startTheRoutes() throws Exception {
        context = context();
        context.addRoutes(new OnionRoutes.Sender());
        context.addRoutes(new OnionRoutes.Receiver());
        context.addRoutes(new OnionRoutes.Speaker());
        context.addRoutes(new OnionRoutes.Listener());
        context.start();
        template = context.createProducerTemplate();
        received = context.getEndpoint("mock:received", MockEndpoint.class);
        carolId = call("carol", "getinfo", Map.of()).get("id").textValue();
    }

    @AfterEach
    void stopTheRoutes() throws Exception {
        context.close();
    }

    private JsonNode call(String node, String method, Map<String, ?> params) {
        return OnionNodes.call(template, node, method, params);
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

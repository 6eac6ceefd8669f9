// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.TypeRanges;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.TypeConverter;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Camel converts by itself once the component is on the class path. */
class ConvertersTest extends LightningTestSupport {

    /** With digits that a double does not have. */
    private static final String JSON = "{\"msat\":18446744073709551616,\"price\":1.50}";

    private final List<CustomMessage> sent = new CopyOnWriteArrayList<>();

    private <T> T converted(Class<T> type, Object value) throws Exception {
        TypeConverter converter = context.getTypeConverter();
        return converter.mandatoryConvertTo(type, value);
    }

    @Test
    void aNodeIdIsItsHexDigitsAndItsBytes() throws Exception {
        assertThat(converted(NodeId.class, PEER.hex())).isEqualTo(PEER);
        assertThat(converted(NodeId.class, PEER.bytes())).isEqualTo(PEER);
        assertThat(converted(String.class, PEER)).isEqualTo(PEER.hex());
        assertThat(converted(byte[].class, PEER)).isEqualTo(PEER.bytes());
        assertThat(catchThrowable(() -> converted(NodeId.class, "alice")))
                .rootCause()
                .hasMessageStartingWith("Invalid node id 'alice'");
        assertThat(catchThrowable(() -> converted(NodeId.class, new byte[32]))).isNotNull();
    }

    @Test
    void typeRangesAreWhatTheOptionIs() throws Exception {
        assertThat(converted(TypeRanges.class, "37913,40001-40003").ranges())
                .isEqualTo(List.of(new TypeRanges.Range(37_913, 37_913), new TypeRanges.Range(40_001, 40_003)));
    }

    @Test
    void aMessageIsItsPayload() throws Exception {
        var message = new CustomMessage(40_001, "grüße".getBytes(UTF_8));

        assertThat(converted(byte[].class, message)).isEqualTo(message.payload());
        assertThat(converted(InputStream.class, message).readAllBytes()).isEqualTo(message.payload());
        assertThat(converted(String.class, message)).isEqualTo("grüße");
    }

    @Test
    void aBeanGetsAReceivedMessageWithItsType() throws Exception {
        var got = new AtomicReference<CustomMessage>();
        start(in -> in.from("lightning:custommsg").bean(new Handler(got)));

        alice.receive(PEER, 40_001, "hello").get(10, TimeUnit.SECONDS);

        assertThat(got.get()).isEqualTo(new CustomMessage(40_001, "hello".getBytes(UTF_8)));
    }

    /** A bean of a route. */
    public static final class Handler {

        private final AtomicReference<CustomMessage> got;

        Handler(AtomicReference<CustomMessage> got) {
            this.got = got;
        }

        public void handle(CustomMessage message) {
            got.set(message);
        }
    }

    @Test
    void bytesThatNobodySentAreNoMessage() {
        assertThat(catchThrowable(() -> context.getTypeConverter()
                        .mandatoryConvertTo(CustomMessage.class, new DefaultExchange(context), new byte[1])))
                .rootCause()
                .hasMessage(
                        "No message type: the header CamelLightningMessageType makes a message of bytes, as a received one"
                                + " has it");
        assertThat(catchThrowable(
                        () -> context.getTypeConverter().mandatoryConvertTo(CustomMessage.class, new byte[1])))
                .rootCause()
                .hasMessage(
                        "No message type: the header CamelLightningMessageType makes a message of bytes, as a received one"
                                + " has it");
    }

    @Test
    void aMessageIsSentWithItsOwnTypeUnlessAnOptionSaysOtherwise() throws Exception {
        alice.onSend((peer, message) -> {
            sent.add(message);
            return CompletableFuture.completedFuture(null);
        });
        start(in -> {
            in.from("direct:own").to("lightning:sendcustommsg?peerId=" + PEER);
            in.from("direct:option").to("lightning:sendcustommsg?messageType=37913&peerId=" + PEER);
        });
        var message = new CustomMessage(40_001, "hello".getBytes(UTF_8));

        template.sendBodyAndHeader("direct:own", message, LightningConstants.MESSAGE_TYPE, 40_003);
        template.sendBody("direct:option", message);

        assertThat(sent).containsExactly(message, new CustomMessage(37_913, "hello".getBytes(UTF_8)));
        assertThat(catchThrowable(() -> template.sendBody("direct:own", new CustomMessage(18, new byte[0]))))
                .cause()
                .hasMessageStartingWith("Message type 18 is reserved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "bytes", "stream"})
    void textIsJsonWithAllItsDigits(String kind) throws Exception {
        Object text = kind.equals("text")
                ? JSON
                : kind.equals("bytes") ? JSON.getBytes(UTF_8) : new ByteArrayInputStream(JSON.getBytes(UTF_8));

        assertThat(converted(JsonNode.class, text)).hasToString(JSON);
    }

    @Test
    void jsonIsTextBytesAStreamOrAMap() throws Exception {
        JsonNode json = Json.read(JSON);

        assertThat(converted(String.class, json)).isEqualTo(JSON);
        assertThat(converted(byte[].class, json)).isEqualTo(JSON.getBytes(UTF_8));
        assertThat(converted(InputStream.class, json)).hasContent(JSON);
        assertThat((Object) converted(Map.class, json)).hasToString("{msat=18446744073709551616, price=1.50}");
        assertThat((Object) converted(Map.class, Json.read("[1]"))).isEqualTo(Map.of("result", List.of(1)));
    }

    @Test
    void mapsAndListsAreJson() throws Exception {
        assertThat(converted(JsonNode.class, Map.of("a", List.of(1)))).hasToString("{\"a\":[1]}");
        assertThat(converted(JsonNode.class, List.of("a", 1))).hasToString("[\"a\",1]");
    }

    @Test
    void garbageIsNoJson() {
        assertThat(catchThrowable(() -> converted(JsonNode.class, "{nonsense")))
                .rootCause()
                .isInstanceOf(LightningException.class)
                .hasMessageStartingWith("Not JSON: line 1");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.Recallable;
import io.github.camellightning.node.TimeoutException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.converter.stream.InputStreamCache;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.transaction.support.TransactionTemplate;

class SendCustomMsgTest extends LightningTestSupport {

    /** Everything that alice's node was told to send. */
    private final List<Sent> sent = new CopyOnWriteArrayList<>();

    private record Sent(NodeId peer, CustomMessage message) {
        String text() {
            return new String(message.payload(), UTF_8);
        }
    }

    private static final String TO_PEER = "lightning:sendcustommsg?peerId=" + PEER + "&messageType=0x9419";

    private ProducerTemplate sender() {
        alice.onSend((peer, message) -> {
            sent.add(new Sent(peer, message));
            return CompletableFuture.completedFuture(null);
        });
        context.start();
        return context.createProducerTemplate();
    }

    private Throwable failureOf(String uri, Object body, Map<String, Object> headers) {
        ProducerTemplate sender = sender();
        return catchThrowable(() -> sender.sendBodyAndHeaders(uri, body, headers))
                .getCause();
    }

    @ParameterizedTest
    @EnumSource(
            value = ExchangePattern.class,
            names = {"InOnly", "InOut"})
    void whateverThePatternTheBodyStaysAndTheStatusSaysSent(ExchangePattern pattern) {
        Exchange exchange = sender().send(TO_PEER, pattern, out -> out.getIn().setBody("hello"));

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isEqualTo("hello");
        assertThat(exchange.getMessage().getHeader(LightningConstants.STATUS)).isEqualTo("sent");
        assertThat(sent).containsExactly(new Sent(PEER, new CustomMessage(0x9419, "hello".getBytes(UTF_8))));
    }

    @Test
    void withoutOptionsAMessageGoesWhereTheHeadersOfTheReceivedOneSay() {
        sender().sendBodyAndHeaders(
                        "lightning:sendcustommsg",
                        "back",
                        Map.of(LightningConstants.PEER_ID, OTHER.hex(), LightningConstants.MESSAGE_TYPE, TYPE));

        assertThat(sent).containsExactly(new Sent(OTHER, new CustomMessage(TYPE, "back".getBytes(UTF_8))));
    }

    @Test
    void anOptionWinsOverTheHeaderOfTheReceivedMessage() {
        sender().sendBodyAndHeaders(
                        TO_PEER,
                        "",
                        Map.of(LightningConstants.PEER_ID, OTHER.hex(), LightningConstants.MESSAGE_TYPE, TYPE));

        assertThat(sent).singleElement().satisfies(one -> {
            assertThat(one.peer()).isEqualTo(PEER);
            assertThat(one.message().type()).isEqualTo(0x9419);
        });
    }

    @Test
    void anOverrideWinsOverAllAndIsRemoved() {
        Exchange exchange = sender().send(TO_PEER, out -> {
            out.getIn().setBody("");
            out.getIn().setHeader(LightningConstants.OVERRIDE_PEER_ID, OTHER.hex());
            out.getIn().setHeader(LightningConstants.OVERRIDE_MESSAGE_TYPE, 40_001);
            out.getIn().setHeader(LightningConstants.PEER_ID, NodeKeys.id(103).hex());
        });

        assertThat(sent).containsExactly(new Sent(OTHER, new CustomMessage(40_001, new byte[0])));
        assertThat(exchange.getMessage().getHeaders())
                .doesNotContainKeys(LightningConstants.OVERRIDE_PEER_ID, LightningConstants.OVERRIDE_MESSAGE_TYPE)
                .containsEntry(LightningConstants.PEER_ID, NodeKeys.id(103).hex());
    }

    @Test
    void typesInHeadersMayBeTextAsABridgeBringsThem() {
        sender().sendBodyAndHeaders(
                        "lightning:sendcustommsg",
                        "",
                        Map.of(LightningConstants.PEER_ID, PEER, LightningConstants.MESSAGE_TYPE, "0x9419"));

        assertThat(sent).singleElement().extracting(one -> one.message().type()).isEqualTo(0x9419);
    }

    @Test
    void bodiesOfEveryKindBecomeTheirBytes(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "text");
        ByteBuffer buffer = ByteBuffer.wrap("text".getBytes(UTF_8));
        ProducerTemplate sender = sender();

        for (Object body : new Object[] {
            "text",
            "text".getBytes(UTF_8),
            buffer,
            new ByteArrayInputStream("text".getBytes(UTF_8)),
            new StringReader("text"),
            file.toFile(),
            file
        }) {
            sender.sendBody(TO_PEER, body);
        }

        assertThat(sent).hasSize(7).allSatisfy(one -> assertThat(one.text()).isEqualTo("text"));
        assertThat(buffer.remaining()).isEqualTo(4);
    }

    @Test
    void aCachedStreamCanBeReadAgainAfterwards() throws Exception {
        var cache = new InputStreamCache("text".getBytes(UTF_8));

        Exchange exchange = sender().send(TO_PEER, out -> out.getIn().setBody(cache));

        assertThat(sent).singleElement().extracting(Sent::text).isEqualTo("text");
        assertThat(exchange.getMessage().getBody()).isSameAs(cache);
        assertThat(cache.readAllBytes()).asString(UTF_8).isEqualTo("text");
    }

    @Test
    void aPayloadOfExactlyTheLimitIsSent() {
        sender().sendBody(TO_PEER, new byte[CustomMessage.MAX_PAYLOAD]);

        assertThat(sent)
                .singleElement()
                .satisfies(one -> assertThat(one.message().payload()).hasSize(65_533));
    }

    @Test
    void aPayloadOneByteTooLongIsRefused() {
        assertThat(failureOf(TO_PEER, new byte[CustomMessage.MAX_PAYLOAD + 1], Map.of()))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll("65534", "65533");
        assertThat(sent).isEmpty();
    }

    @Test
    void ofAStreamThatDoesNotEndOnlyAsMuchIsReadAsMayFit() {
        var endless = new InputStream() {
            private int read;

            @Override
            public int read() {
                read++;
                return 'x';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                read += length;
                return length;
            }
        };

        assertThat(failureOf(TO_PEER, endless, Map.of()))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("65533");
        assertThat(endless.read).isEqualTo(CustomMessage.MAX_PAYLOAD + 1);
    }

    @Test
    void aNullBodyIsRefused() {
        Exchange exchange = sender().send(TO_PEER, out -> out.getIn().setBody(null));

        assertThat(exchange.getException())
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll("body is null", "0 to 65533 bytes");
    }

    @Test
    void aBodyThatNothingConvertsIsRefusedByItsClass() {
        assertThat(failureOf(TO_PEER, new Object(), Map.of()))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll("body", "java.lang.Object");
    }

    @Test
    void withoutAPeerItSaysWhatToSet() {
        assertThat(failureOf("lightning:sendcustommsg?messageType=37913", "", Map.of()))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll("peerId", "CamelLightningOverridePeerId", "CamelLightningPeerId");
    }

    @Test
    void withoutATypeItSaysWhatToSet() {
        assertThat(failureOf("lightning:sendcustommsg?peerId=" + PEER, "", Map.of()))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll(
                        "messageType", "CamelLightningOverrideMessageType", "CamelLightningMessageType");
    }

    @Test
    void theOwnNodeIsNoPeer() {
        assertThat(failureOf(
                        "lightning:sendcustommsg?messageType=37913",
                        "",
                        Map.of(LightningConstants.PEER_ID, alice.nodeId().hex())))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll(alice.nodeId().hex(), "itself");
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "000000000000000000000000000000000000000000000000000000000000000000",
                "04c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
                "020000000000000000000000000000000000000000000000000000000000000005",
                "zz",
                "alice"
            })
    void aMalformedNodeIdInAHeaderIsRefusedByName(String malformed) {
        assertThat(failureOf(TO_PEER, "", Map.of(LightningConstants.OVERRIDE_PEER_ID, malformed)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll("Header CamelLightningOverridePeerId", "'" + malformed + "'", "node id");
        assertThat(sent).isEmpty();
    }

    @Test
    void aHeaderOfTheWrongClassIsRefusedByNameClassAndRule() {
        assertThat(failureOf(TO_PEER, "", Map.of(LightningConstants.OVERRIDE_PEER_ID, 7)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage(
                        "Header CamelLightningOverridePeerId: a java.lang.Integer was given, it must be a node id of 66 hex"
                                + " digits, a String");
        assertThat(failureOf(TO_PEER, "", Map.of(LightningConstants.OVERRIDE_MESSAGE_TYPE, true)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage(
                        "Header CamelLightningOverrideMessageType: a java.lang.Boolean was given, it must be an Integer"
                                + " within 0 to 65535, or a String like 37913 or 0x9419");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "0x1g", "many", "", "9223372036854775807"})
    void aTypeThatIsNoneIsRefused(String type) {
        assertThat(failureOf(TO_PEER, "", Map.of(LightningConstants.OVERRIDE_MESSAGE_TYPE, type)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll("Header CamelLightningOverrideMessageType", type, "0 to 65535");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 18, 256, 1023})
    void aTypeThatBoltsReserveIsRefused(int type) {
        assertThat(failureOf(TO_PEER, "", Map.of(LightningConstants.OVERRIDE_MESSAGE_TYPE, type)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll("Header CamelLightningOverrideMessageType", String.valueOf(type), "reserved");
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x4c4d, 0x4c4f, 0x594b, 0x594d})
    void aTypeOfCommandosIsRefused(int type) {
        assertThat(failureOf(TO_PEER, "", Map.of(LightningConstants.OVERRIDE_MESSAGE_TYPE, type)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll("Header CamelLightningOverrideMessageType", "commando");
    }

    @Test
    void whatTheNodeSaysReachesTheRoute() {
        ProducerTemplate sender = sender();
        alice.onSend((peer, message) -> CompletableFuture.failedFuture(new NotConnectedException("gone fishing")));

        assertThat(catchThrowable(() -> sender.sendBody(TO_PEER, "")))
                .isInstanceOf(CamelExecutionException.class)
                .cause()
                .isInstanceOf(NotConnectedException.class)
                .hasMessage("gone fishing");
    }

    @Test
    void aSendThatTakesLongerThanSendTimeoutHasAnUnknownOutcome() {
        ProducerTemplate sender = sender();
        alice.onSend((peer, message) -> new CompletableFuture<>());

        assertThat(catchThrowable(() -> sender.sendBody(TO_PEER + "&sendTimeout=50ms", "")))
                .cause()
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContainingAll("sendTimeout", "50 ms", PEER.hex());
    }

    /** A message that a node may keep back. */
    private static final class KeptBack extends CompletableFuture<Void> implements Recallable {

        private final boolean unsent;

        KeptBack(boolean unsent) {
            this.unsent = unsent;
        }

        @Override
        public boolean recall(LightningException reason) {
            return unsent && completeExceptionally(reason);
        }
    }

    @Test
    void aMessageThatTheNodeStillKeepsBackAtSendTimeoutIsTakenBackAndCanBeSentAgain() {
        ProducerTemplate sender = sender();
        alice.onSend((peer, message) -> new KeptBack(true));

        assertThat(catchThrowable(() -> sender.sendBody(TO_PEER + "&sendTimeout=50ms", "")))
                .cause()
                .isInstanceOf(TimeoutException.class)
                .hasMessage("The message to " + PEER
                        + " had to wait for the sendTimeout of 50 ms, and was taken back unsent");
    }

    @Test
    void aMessageThatCannotBeTakenBackAtSendTimeoutHasAnUnknownOutcome() {
        ProducerTemplate sender = sender();
        alice.onSend((peer, message) -> new KeptBack(false));

        assertThat(catchThrowable(() -> sender.sendBody(TO_PEER + "&sendTimeout=50ms", "")))
                .cause()
                .isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void aNodeThatSaysThatNothingWasWrittenIsBelieved() {
        ProducerTemplate sender = sender();
        alice.onSend((peer, message) -> CompletableFuture.failedFuture(new TimeoutException("nothing was written")));

        assertThat(catchThrowable(() -> sender.sendBody(TO_PEER, ""))).cause().isInstanceOf(TimeoutException.class);
    }

    @Test
    void inATransactionTheRouteGoesOnOnTheThreadOfTheTransaction() throws Exception {
        var bob = new TestNode(2);
        TestNode.connect(alice, bob);
        bob.start();
        var transactions = new HoldAndReleaseTest.Transactions();
        context.getRegistry().bind("required", new SpringTransactionPolicy(new TransactionTemplate(transactions)));
        start(in -> in.from("direct:out")
                .transacted("required")
                .to("lightning:sendcustommsg?messageType=37913&peerId=" + bob.nodeId())
                .process(exchange ->
                        exchange.getMessage().setBody(Thread.currentThread().getName())));

        assertThat(context.createProducerTemplate().requestBody("direct:out", "", String.class))
                .isEqualTo(Thread.currentThread().getName());
        assertThat(transactions.ends).containsExactly("commit");
        assertThat(alice.sent()).hasSize(1);
    }

    @Test
    void aRouteThatEndsInSendcustommsgAnswersTheSender() throws Exception {
        var bob = new TestNode(2);
        TestNode.connect(alice, bob);
        bob.start();
        start(in ->
                in.from("lightning:custommsg").setBody(in.simple("re: ${body}")).to("lightning:sendcustommsg"));

        alice.receive(bob.nodeId(), TYPE, "hello").get(10, TimeUnit.SECONDS);

        assertThat(alice.sent()).containsExactly(new CustomMessage(TYPE, "re: hello".getBytes(UTF_8)));
    }

    @Test
    void thePeerMayBeDynamic() {
        alice.onSend((peer, message) -> {
            sent.add(new Sent(peer, message));
            return CompletableFuture.completedFuture(null);
        });
        context.start();
        var template = context.createFluentProducerTemplate();

        for (NodeId peer : List.of(PEER, OTHER)) {
            template.to("lightning:sendcustommsg?messageType=37913&peerId=" + peer)
                    .withBody("")
                    .send();
        }

        assertThat(sent).extracting(Sent::peer).containsExactly(PEER, OTHER);
    }
}

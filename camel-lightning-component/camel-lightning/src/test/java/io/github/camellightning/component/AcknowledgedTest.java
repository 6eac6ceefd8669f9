// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.delivery.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code delivery=acknowledged} from end to end. */
class AcknowledgedTest extends AcknowledgedTestSupport {

    @Test
    void withAutoConnectThePeerIsDialledWhenItIsNotConnected() throws Exception {
        routes(bobContext, in -> in.from(AT_BOB).to("mock:in"));
        bobContext.start();
        alice = PeerNodes.listening(31);
        aliceContext.getRegistry().bind("alice", alice);
        String address = BOB + "@127.0.0.1:" + bob.listenAddress().getPort();
        routes(aliceContext, out -> out.from("direct:out")
                .to("lightning:sendcustommsg?delivery=acknowledged&autoConnect=true&peerId=" + address));
        aliceContext.start();

        aliceContext.createProducerTemplate().sendBody("direct:out", "dialled");

        assertThat(in().getExchanges()).hasSize(1);
    }

    @Test
    void withAutoConnectToNobodyTheErrorSaysWhyNobodyIsThere() throws Exception {
        alice = PeerNodes.listening(31);
        aliceContext.getRegistry().bind("alice", alice);
        routes(aliceContext, out -> out.from("direct:out")
                .to("lightning:sendcustommsg?delivery=acknowledged&autoConnect=true&deliveryTimeout=700&peerId=" + BOB
                        + "@127.0.0.1:1"));
        aliceContext.start();

        assertThatThrownBy(() -> aliceContext.createProducerTemplate().sendBody("direct:out", "in vain"))
                .hasCauseInstanceOf(TimeoutException.class)
                .cause()
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void theSendersExchangeIsDoneWhenTheReceiversRouteIs() throws Exception {
        var gate = new CompletableFuture<Void>();
        start(in -> in.from(AT_BOB)
                .routeId("in")
                .process(exchange -> gate.get(30, TimeUnit.SECONDS))
                .to("mock:in"));
        CompletableFuture<Exchange> sent = template.asyncSend("direct:out", exchange -> {
            exchange.getMessage().setBody("hello");
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/plain");
            exchange.getMessage().setHeader(Exchange.FILE_NAME, "folder/hello.txt");
        });
        await().untilAsserted(
                        () -> assertThat(consumer().getPendingExchangesSize()).isEqualTo(1));
        assertThat(sent).isNotDone();
        gate.complete(null);
        Exchange done = sent.get(30, TimeUnit.SECONDS);
        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getHeader(LightningConstants.STATUS)).isEqualTo("acknowledged");
        var received = in().getExchanges().get(0).getMessage();
        assertThat(received.getBody()).isEqualTo("hello".getBytes(UTF_8));
        assertThat(received.getHeaders())
                .containsEntry(LightningConstants.PEER_ID, ALICE.hex())
                .containsEntry(LightningConstants.LOCAL_NODE_ID, BOB.hex())
                .containsEntry(LightningConstants.FILE_NAME, "hello.txt")
                .containsEntry(Exchange.CONTENT_TYPE, "text/plain")
                .doesNotContainKey(Exchange.FILE_NAME);
    }

    @Test
    void aCallerThatWaitsGoesOnWithTheRouteItself() throws Exception {
        start(in -> in.from(AT_BOB).to("mock:in"));
        routes(aliceContext, out -> out.from("direct:waiting")
                .to(TO_BOB + "&synchronous=true")
                .process(exchange -> exchange.getMessage().setBody(Thread.currentThread())));
        assertThat(template.requestBody("direct:waiting", "hello", Thread.class))
                .isSameAs(Thread.currentThread());
        assertThat(in().getExchanges()).hasSize(1);
    }

    @Test
    void aStreamOfAnySizeArrivesAsAStream() throws Exception {
        byte[] body = bytes(5_000_000);
        var digest = new CompletableFuture<byte[]>();
        start(in -> in.from(AT_BOB).process(exchange -> {
            assertThat(exchange.getMessage().getBody()).isInstanceOf(InputStream.class);
            digest.complete(sha256(exchange.getMessage().getBody(InputStream.class)));
        }));
        template.sendBody("direct:out", new FilterInputStream(new ByteArrayInputStream(body)) {});
        assertThat(digest.get(30, TimeUnit.SECONDS)).isEqualTo(sha256(new ByteArrayInputStream(body)));
    }

    private static byte[] sha256(InputStream in) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
    }

    @Test
    void aFileIsTakenFromItsFolderWhenTheOtherSideHasIt() throws Exception {
        Path outbox = temp.resolve("outbox");
        Path inbox = temp.resolve("inbox");
        Files.createDirectories(outbox);
        byte[] body = bytes(1_000_000);
        Files.write(outbox.resolve("large.bin"), body);
        start(in -> in.from(AT_BOB)
                .setHeader(Exchange.FILE_NAME, in.header(LightningConstants.FILE_NAME))
                .to("file:" + inbox));
        routes(aliceContext, out -> out.from("file:" + outbox + "?delete=true").to(TO_BOB));
        await().until(() -> !Files.exists(outbox.resolve("large.bin")));
        assertThat(inbox.resolve("large.bin")).hasBinaryContent(body);
    }

    @Test
    void aRouteThatFailsRefusesForNowAndKeepsItsReasonsToItself() throws Exception {
        start(in -> in.from(AT_BOB).throwException(new IllegalStateException("password of the database")));
        Exchange failed =
                template.send("direct:out", exchange -> exchange.getMessage().setBody("hello"));
        assertThat(failed.getException())
                .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.isRetryable())
                        .isTrue())
                .hasMessageNotContaining("password");
    }

    @Test
    void aRouteSaysWhyItRefusesForGood() throws Exception {
        start(in -> in.from(AT_BOB).throwException(new RefusedException("no such account", false)));
        Exchange failed =
                template.send("direct:out", exchange -> exchange.getMessage().setBody("hello"));
        assertThat(failed.getException())
                .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.isRetryable())
                        .isFalse())
                .hasMessageContaining("no such account");
    }

    @Test
    void whatIsRefusedForNowIsRedeliveredAsTheSameEnvelope() throws Exception {
        var attempts = new AtomicInteger();
        start(in -> in.from(AT_BOB)
                .process(exchange -> {
                    if (attempts.incrementAndGet() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                })
                .to("mock:in"));
        routes(aliceContext, out -> out.from("direct:patient")
                .errorHandler(out.defaultErrorHandler().maximumRedeliveries(5).redeliveryDelay(1))
                .to(TO_BOB));
        template.sendBody("direct:patient", "hello");
        assertThat(attempts).hasValue(3);
        assertThat(in().getExchanges()).hasSize(1);
    }

    @Test
    void aConnectionThatBreaksLosesNothing() throws Exception {
        start(in -> in.from(AT_BOB).to("mock:in"));
        List<CompletableFuture<Exchange>> sent = IntStream.range(0, 200)
                .mapToObj(i -> template.asyncSend(
                        "direct:out", exchange -> exchange.getMessage().setBody("number " + i)))
                .toList();
        bob.disconnect(ALICE).toCompletableFuture().get(30, TimeUnit.SECONDS);
        for (CompletableFuture<Exchange> each : sent) {
            assertThat(each.get(60, TimeUnit.SECONDS).getException()).isNull();
        }
        assertThat(in().getExchanges())
                .extracting(exchange -> exchange.getMessage().getBody(String.class))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 200).mapToObj(i -> "number " + i).toList());
    }

    @Test
    void aRouteThatIsSuspendedKeepsItsSendersWaiting() throws Exception {
        start(in -> in.from(AT_BOB).routeId("in").to("mock:in"));
        bobContext.getRouteController().suspendRoute("in");
        CompletableFuture<Exchange> sent = template.asyncSend(
                "direct:out", exchange -> exchange.getMessage().setBody("hello"));
        bobContext.getRouteController().resumeRoute("in");
        assertThat(sent.get(30, TimeUnit.SECONDS).getException()).isNull();
    }

    @Test
    void aRouteThatIsStoppedInMidEnvelopeGetsItWhenItIsBack() throws Exception {
        start(in -> in.from(AT_BOB).routeId("in").to("mock:in"));
        CompletableFuture<Exchange> sent = template.asyncSend(
                "direct:out", exchange -> exchange.getMessage().setBody(bytes(20_000_000)));
        bobContext.getRouteController().stopRoute("in");
        bobContext.getRouteController().startRoute("in");
        assertThat(sent.get(60, TimeUnit.SECONDS).getException()).isNull();
        assertThat(in().getExchanges()).hasSize(1);
    }

    @Test
    void inOrderTheNextGoesWhenTheOneBeforeIsDone() throws Exception {
        start(in -> in.from(AT_BOB + "&ordered=true").to("mock:in"));
        routes(aliceContext, out -> out.from("direct:ordered").to(TO_BOB + "&ordered=true"));
        List<CompletableFuture<Exchange>> sent = IntStream.range(0, 100)
                .mapToObj(i ->
                        template.asyncSend(aliceContext.getEndpoint("direct:ordered"), exchange -> exchange.getMessage()
                                .setBody(bytes(i % 3 * 70_000))))
                .toList();
        for (CompletableFuture<Exchange> each : sent) {
            assertThat(each.get(60, TimeUnit.SECONDS).getException()).isNull();
        }
        assertThat(in().getExchanges()).hasSize(100);
    }

    @Test
    void aPeerThatNeverAnswersLeavesTheOutcomeUnknown() throws Exception {
        start(in -> in.from("lightning:custommsg").to("mock:in"));
        Exchange failed = template.send(TO_BOB + "&deliveryTimeout=300", exchange -> exchange.getMessage()
                .setBody("hello"));
        assertThat(failed.getException()).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void aPeerThatIsNotThereLeavesNoDoubt() throws Exception {
        start(in -> in.from(AT_BOB).to("mock:in"));
        Exchange failed = template.send(
                "lightning:sendcustommsg?delivery=acknowledged&deliveryTimeout=300&peerId=" + NodeKeys.id(33),
                exchange -> exchange.getMessage().setBody("hello"));
        assertThat(failed.getException()).isInstanceOf(TimeoutException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lightning:custommsg?delivery=acknowledged&messageTypes=32769-32771 | the one type of the envelopes",
                "lightning:custommsg?delivery=acknowledged&messageTypes=32768&acceptEven=true | is for delivery=plain",
                "lightning:custommsg?delivery=acknowledged&replyType=32769 | Option replyType=32769 is for delivery=plain",
                "lightning:custommsg?delivery=acknowledged&releaseOn=receipt | Option releaseOn=receipt is for delivery=plain",
                "lightning:custommsg?delivery=acknowledged&whenFull=drop | Option whenFull=drop is for delivery=plain",
                "lightning:custommsg?delivery=acknowledged&messageTypes=1025 | it is odd and within 32769 to 65533",
                "lightning:custommsg?delivery=acknowledged&maxEnvelopeSize=0 | Option maxEnvelopeSize is 0: it must be at least 1",
            })
    void wrongOptionsOfAConsumerAreNamed(String uri, String rule) {
        assertThatThrownBy(() -> {
                    routes(bobContext, in -> in.from(uri).to("mock:in"));
                    bobContext.start();
                })
                .hasStackTraceContaining(rule);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lightning:sendcustommsg?delivery=acknowledged&messageType=32768 | it is odd and within 32769 to 65533",
                "lightning:sendcustommsg?delivery=acknowledged&deliveryTimeout=0 | Option deliveryTimeout is 0: it must be at least 1",
                "lightning:sendcustommsg?delivery=certified | certified",
            })
    void wrongOptionsOfAProducerAreNamed(String uri, String rule) {
        assertThatThrownBy(() -> {
                    routes(bobContext, in -> in.from("direct:in").to(uri));
                    bobContext.start();
                })
                .hasStackTraceContaining(rule);
    }

    @Test
    void oneTypeHasOneReceiver() {
        assertThatThrownBy(() -> {
                    routes(bobContext, in -> in.from(AT_BOB).to("mock:in"));
                    routes(bobContext, in -> in.from(AT_BOB + "&ordered=true").to("mock:in"));
                    bobContext.start();
                })
                .hasStackTraceContaining("another route receives the envelopes of type 41245");
    }
}

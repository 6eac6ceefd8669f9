// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.support.processor.idempotent.FileIdempotentRepository;
import org.junit.jupiter.api.Test;

/** What is sent again is handled once with {@code delivery=acknowledged}. */
class AcknowledgedOnceTest extends AcknowledgedTestSupport {

    @Test
    void whatIsSentAgainIsNotRoutedAgain() throws Exception {
        start(in -> in.from(AT_BOB).to("mock:in"));
        for (int i = 0; i < 3; i++) {
            template.sendBodyAndHeader("direct:out", "order", LightningConstants.ENVELOPE_ID, "order 7");
        }
        assertThat(in().getExchanges()).hasSize(1);
    }

    @Test
    void theIdIsWhatTheOptionSays() throws Exception {
        start(in -> in.from(AT_BOB).to("mock:in"));
        routes(aliceContext, out -> out.from("direct:orders").to(TO_BOB + "&envelopeId=RAW(${header.orderId})"));
        template.sendBodyAndHeader("direct:orders", "order", "orderId", "7");
        template.sendBodyAndHeader("direct:orders", "order", "orderId", "7");
        template.sendBodyAndHeader("direct:orders", "order", "orderId", "8");
        assertThat(in().getExchanges()).hasSize(2);
    }

    @Test
    void whatKafkaGivesOutTwiceIsOneEnvelope() throws Exception {
        start(in -> in.from(AT_BOB).to("mock:in"));
        Map<String, Object> first = Map.of("kafka.TOPIC", "t", "kafka.PARTITION", 1, "kafka.OFFSET", 7L);
        Map<String, Object> second = Map.of("kafka.TOPIC", "t", "kafka.PARTITION", 1, "kafka.OFFSET", 8L);
        template.sendBodyAndHeaders("direct:out", "a", first);
        template.sendBodyAndHeaders("direct:out", "a", first);
        template.sendBodyAndHeaders("direct:out", "b", second);
        assertThat(in().getExchanges()).hasSize(2);
    }

    @Test
    void anyIdempotentRepositoryOutlivesTheContext() throws Exception {
        Path file = temp.resolve("handled");
        bobContext.getRegistry().bind("handled", FileIdempotentRepository.fileIdempotentRepository(file.toFile()));
        start(in ->
                in.from(AT_BOB + "&idempotentRepository=#handled").routeId("in").to("mock:in"));
        template.sendBodyAndHeader("direct:out", "order", LightningConstants.ENVELOPE_ID, "order 7");
        assertThat(file).content().startsWith(ALICE.hex() + "/");
        bobContext.getRouteController().stopRoute("in");
        bobContext.getRouteController().startRoute("in");
        template.sendBodyAndHeader("direct:out", "order", LightningConstants.ENVELOPE_ID, "order 7");
        assertThat(in().getExchanges()).hasSize(1);
    }

    @Test
    void anEnvelopeIsInHandUntilItIsRememberedSoThatAStopWaitsForThat() throws Exception {
        var adding = new CompletableFuture<Void>();
        var gate = new CompletableFuture<Void>();
        var repository = new FileIdempotentRepository() {
            @Override
            public boolean add(String key) {
                adding.complete(null);
                gate.join();
                return super.add(key);
            }
        };
        repository.setFileStore(temp.resolve("handled").toFile());
        bobContext.getRegistry().bind("handled", repository);
        start(in ->
                in.from(AT_BOB + "&idempotentRepository=#handled").routeId("in").to("mock:in"));
        CompletableFuture<Exchange> sent = template.asyncSend(
                "direct:out", exchange -> exchange.getMessage().setBody("hello"));
        adding.get(30, TimeUnit.SECONDS);
        assertThat(consumer().getPendingExchangesSize()).isEqualTo(1);
        assertThat(sent).isNotDone();
        gate.complete(null);
        assertThat(sent.get(30, TimeUnit.SECONDS).getException()).isNull();
        assertThat(consumer().getPendingExchangesSize()).isZero();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.peer.PeerNode;
import java.util.Map;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Acknowledged delivery with all its options, in routes that are no Java. */
class AcknowledgedConfigurationTest {

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "xml"})
    void bothEndsInOneFile(String language) throws Exception {
        PeerNode bob = PeerNodes.listening(36);
        var handled = (MemoryIdempotentRepository) MemoryIdempotentRepository.memoryIdempotentRepository(100);
        try (var context = new DefaultCamelContext()) {
            context.getRegistry().bind("bob", bob);
            context.getRegistry().bind("handled", handled);
            bob.start().toCompletableFuture().join();
            context.getRegistry().bind("alice", PeerNodes.dialling(35, bob));
            context.getPropertiesComponent()
                    .addInitialProperty("bob.id", NodeKeys.id(36).hex());
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.resolveMandatoryResource(
                            context, "classpath:acknowledged/routes." + language));
            context.start();
            var template = context.createProducerTemplate();

            // the same order twice: the second time it is known
            template.sendBodyAndHeaders("direct:out", "beans", Map.of("orderId", "4711"));
            template.sendBodyAndHeaders("direct:out", "beans", Map.of("orderId", "4711"));

            MockEndpoint in = context.getEndpoint("mock:in", MockEndpoint.class);
            assertThat(in.getExchanges()).hasSize(1);
            assertThat(in.getExchanges().get(0).getMessage().getBody()).isEqualTo("beans".getBytes(UTF_8));
            assertThat(handled.getCacheSize()).isEqualTo(1);
            var endpoint = (LightningEndpoint) context.getRoute("in").getEndpoint();
            assertThat(endpoint.getEnvelopes().getMaxEnvelopeSize()).isEqualTo(100_000_000);
            assertThat(endpoint.getEnvelopes().isOrdered()).isTrue();
        } finally {
            bob.stop().toCompletableFuture().join();
        }
    }
}

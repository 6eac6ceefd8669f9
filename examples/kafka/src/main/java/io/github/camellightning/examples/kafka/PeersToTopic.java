// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.kafka;

import io.github.camellightning.component.LightningConstants;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;

/** What peers send to a topic, keyed by who sent it. The peer is told that it was handled when the brokers have it. */
final class PeersToTopic extends RouteBuilder {

    private final Topics topics;
    private final Processor accept;

    /** @param accept throws what the peer is to be refused with */
    PeersToTopic(Topics topics, Processor accept) {
        this.topics = topics;
        this.accept = accept;
    }

    @Override
    public void configure() {
        // a larger record the broker would not take, now or later
        from("lightning:custommsg?node=#node&delivery=acknowledged&maxEnvelopeSize=1000000&idempotentRepository=#handled")
                .routeId("peers-to-topic")
                .process(accept)
                .setHeader(KafkaConstants.KEY, header(LightningConstants.PEER_ID))
                // Kafka keeps headers that start with Camel to itself
                .setHeader("lightningPeer", header(LightningConstants.PEER_ID))
                .setHeader("lightningType", simple("${header." + LightningConstants.MESSAGE_TYPE + "}", String.class))
                .setHeader("lightningEnvelope", header(LightningConstants.ENVELOPE_ID))
                .to(topics.uri(topics.in(), ""));
    }
}

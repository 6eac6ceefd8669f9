// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.jms;

import io.github.camellightning.component.LightningConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;

/** What peers send to a queue. The peer is told that it was handled when the broker has it. */
final class PeerToQueue extends RouteBuilder {

    static final String QUEUE = "orders.in";
    static final String TEXT = "text/plain; charset=utf-8";

    private final Processor accept;

    /** @param accept throws what the peer is to be refused with */
    PeerToQueue(Processor accept) {
        this.accept = accept;
    }

    @Override
    public void configure() {
        from("lightning:custommsg?node=#node&delivery=acknowledged&idempotentRepository=#handled")
                .routeId("peer-to-queue")
                .process(accept)
                // JMS keeps headers that start with Camel to itself
                .setHeader("lightningPeer", header(LightningConstants.PEER_ID))
                .setHeader("lightningType", header(LightningConstants.MESSAGE_TYPE))
                .setHeader("lightningEnvelope", header(LightningConstants.ENVELOPE_ID))
                // Artemis drops a message with an id that it has seen: that is for an end between the queue and the
                // repository
                .setHeader(
                        "_AMQ_DUPL_ID",
                        simple("${header." + LightningConstants.PEER_ID + "}/${header." + LightningConstants.ENVELOPE_ID
                                + "}"))
                .choice()
                .when(header(Exchange.CONTENT_TYPE).isEqualTo(TEXT))
                .convertBodyTo(String.class, "UTF-8")
                .end()
                // on its own: in a transaction Artemis would not drop a message that it has seen, but fail
                .to("jms:queue:" + QUEUE + "?transacted=false");
    }
}

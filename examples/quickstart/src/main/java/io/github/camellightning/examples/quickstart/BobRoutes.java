// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** Messages from Lightning to a queue; from the queue to a file, and a receipt to whoever sent the message. */
final class BobRoutes extends RouteBuilder {

    private final Path outbox;
    private final Story story;

    BobRoutes(Path outbox, Story story) {
        this.outbox = outbox;
        this.story = story;
    }

    @Override
    public void configure() {
        // what a queue cannot take, or a file system cannot hold, waits here for an operator
        errorHandler(deadLetterChannel("jms:queue:lightning.dead").useOriginalMessage());

        fromF("lightning:custommsg?node=#bob&messageTypes=%d", Quickstart.FILE)
                .routeId("bob-queues")
                // JMS drops headers that start with Camel: the sender needs one of another name
                .setHeader("lightningPeer", header("CamelLightningPeerId"))
                .process(exchange -> story.tell(
                        "Bob",
                        "<- %.8s  type %s, %,d bytes, onto the JMS queue lightning.files",
                        exchange.getMessage().getHeader("lightningPeer"),
                        exchange.getMessage().getHeader("CamelLightningMessageType"),
                        size(exchange)))
                .to("jms:queue:lightning.files");

        from("jms:queue:lightning.files?transacted=true")
                .routeId("bob-writes-and-receipts")
                .convertBodyTo(byte[].class)
                .process(exchange -> exchange.getMessage()
                        .setHeader(
                                Exchange.FILE_NAME,
                                Receipts.sha256(exchange.getMessage().getBody(byte[].class))))
                .toF("file:%s?fileExist=Override", outbox)
                .process(exchange -> {
                    byte[] payload = exchange.getMessage().getBody(byte[].class);
                    story.tell("Bob", "-> outbox/%.8s..., %,d bytes", Receipts.sha256(payload), payload.length);
                    exchange.getMessage().setBody(Receipts.digest(payload));
                })
                .setHeader("CamelLightningPeerId", header("lightningPeer"))
                .toF("lightning:sendcustommsg?node=#bob&messageType=%d", Quickstart.RECEIPT)
                .process(exchange ->
                        story.tell("Bob", "-> Alice  receipt, type %d, 32 bytes of SHA-256", Quickstart.RECEIPT));
    }

    private static int size(Exchange exchange) {
        return exchange.getMessage().getBody(byte[].class).length;
    }
}

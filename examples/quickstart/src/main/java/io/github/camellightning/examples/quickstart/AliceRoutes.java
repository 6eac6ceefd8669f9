// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NotConnectedException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** Files to Bob; a file is done when Bob's receipt for it has come back. */
final class AliceRoutes extends RouteBuilder {

    private final Path outbox;
    private final String bob;
    private final Receipts receipts;
    private final Story story;
    private final int redeliveries;

    AliceRoutes(Path outbox, String bob, Receipts receipts, Story story, int redeliveries) {
        this.outbox = outbox;
        this.bob = bob;
        this.receipts = receipts;
        this.story = story;
        this.redeliveries = redeliveries;
    }

    @Override
    public void configure() {
        // nothing was written, so trying again cannot send a file twice; Bob may still be on his way
        onException(NotConnectedException.class)
                .maximumRedeliveries(redeliveries)
                .redeliveryDelay(500)
                .asyncDelayedRedelivery()
                .process(this::tellFailure);
        onException(Exception.class).process(this::tellFailure);

        fromF(
                        "file:%s?move=done/${file:name}&moveFailed=failed/${file:name}&readLock=changed&readLockMinAge=0&readLockMinLength=0"
                                + "&readLockCheckInterval=100&readLockTimeout=2000&delay=200&initialDelay=0&sortBy=file:name",
                        outbox)
                .routeId("alice-sends-files")
                .convertBodyTo(byte[].class)
                .process(receipts::expect)
                .process(this::tellSending)
                .toF("lightning:sendcustommsg?node=#alice&peerId=%s&messageType=%d", bob, Quickstart.FILE)
                .process(receipts)
                .process(exchange -> story.delivered(fileName(exchange)));

        fromF("lightning:custommsg?node=#alice&peers=%s&messageTypes=%d", bob, Quickstart.RECEIPT)
                .routeId("alice-takes-receipts")
                .process(exchange -> {
                    byte[] sha256 = exchange.getMessage().getBody(byte[].class);
                    if (!receipts.received(sha256)) {
                        story.tell("Alice", "ignores a receipt that she does not expect");
                    }
                });
    }

    private void tellSending(Exchange exchange) {
        byte[] payload = exchange.getMessage().getBody(byte[].class);
        story.tell(
                "Alice",
                "-> Bob  %s, %,d bytes, type %d, sha256 %.8s",
                fileName(exchange),
                payload.length,
                Quickstart.FILE,
                Receipts.sha256(payload));
    }

    private void tellFailure(Exchange exchange) {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String reason = cause instanceof LightningException ? cause.getMessage() : String.valueOf(cause);
        story.failed(fileName(exchange), String.valueOf(reason));
    }

    private static String fileName(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
    }
}

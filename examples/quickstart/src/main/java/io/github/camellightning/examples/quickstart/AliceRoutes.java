// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import io.github.camellightning.node.LightningException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** Files to Bob; a file is done when Bob's route has acknowledged it. */
final class AliceRoutes extends RouteBuilder {

    private static final int MILLIS = 1_000;

    private final Path outbox;
    private final String bob;
    private final Story story;
    private final int patienceSeconds;

    AliceRoutes(Path outbox, String bob, Story story, int patienceSeconds) {
        this.outbox = outbox;
        this.bob = bob;
        this.story = story;
        this.patienceSeconds = patienceSeconds;
    }

    @Override
    public void configure() {
        onException(Exception.class).process(this::tellFailure);

        fromF(
                        "file:%s?move=done/${file:name}&moveFailed=failed/${file:name}&readLock=changed&readLockMinAge=0&readLockMinLength=0"
                                + "&readLockCheckInterval=100&readLockTimeout=2000&delay=200&initialDelay=0&sortBy=file:name",
                        outbox)
                .routeId("alice-sends-files")
                .process(exchange -> story.tell("Alice", "-> Bob  %s, %,d bytes", fileName(exchange), size(exchange)))
                .toF(
                        "lightning:sendcustommsg?node=#alice&peerId=%s&delivery=acknowledged&deliveryTimeout=%d",
                        bob, patienceSeconds * MILLIS)
                .process(exchange -> story.delivered(fileName(exchange)));
    }

    private void tellFailure(Exchange exchange) {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String reason = cause instanceof LightningException ? cause.getMessage() : String.valueOf(cause);
        story.failed(fileName(exchange), String.valueOf(reason));
    }

    private static long size(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.FILE_LENGTH, 0L, Long.class);
    }

    private static String fileName(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.health.HealthCheckResultBuilder;

/** Down also while peers are held because there is no room for their messages, and where a message does not get through the route. */
final class CustomMsgHealthCheck extends NodeHealthCheck {

    private final NodeConsumer<?> consumer;
    private final long unhealthyAfter;

    CustomMsgHealthCheck(NodeConsumer<?> consumer, LightningEndpoint endpoint) {
        super(consumer, endpoint);
        this.consumer = consumer;
        this.unhealthyAfter = endpoint.getReceive().getUnhealthyAfter();
    }

    @Override
    void ofConsumer(HealthCheckResultBuilder builder) {
        long oldest = consumer.getOldestMillis();
        builder.detail("messages.held", consumer.getHeld());
        builder.detail("messages.oldest.millis", oldest);
        if (consumer.isCrowded()) {
            down(builder, "Peers are held: maxInFlightPerPeer or maxInFlight is reached");
        } else if (unhealthyAfter > 0 && oldest > unhealthyAfter && !consumer.isSuspended()) {
            down(
                    builder,
                    "A message has been in the route or waiting for it for " + oldest + " ms, and unhealthyAfter is "
                            + unhealthyAfter + " ms");
        } else {
            builder.up();
        }
    }
}

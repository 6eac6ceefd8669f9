// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.health.HealthCheckResultBuilder;

/** Down also while peers are held because there is no room for their messages. */
final class CustomMsgHealthCheck extends NodeHealthCheck {

    private final CustomMsgConsumer consumer;

    CustomMsgHealthCheck(CustomMsgConsumer consumer, LightningEndpoint endpoint) {
        super(consumer, endpoint);
        this.consumer = consumer;
    }

    @Override
    void ofConsumer(HealthCheckResultBuilder builder) {
        builder.detail("messages.held", consumer.getHeld());
        builder.detail("messages.waiting", consumer.getWaiting());
        if (consumer.isCrowded()) {
            down(builder, "Peers are held: maxInFlightPerPeer or maxInFlight is reached");
        } else {
            builder.up();
        }
    }
}

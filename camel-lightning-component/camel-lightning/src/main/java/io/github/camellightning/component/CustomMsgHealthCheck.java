// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeState;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down where the node does not work, and while peers are held because there is no room for their messages. */
final class CustomMsgHealthCheck extends AbstractHealthCheck {

    private final CustomMsgConsumer consumer;

    CustomMsgHealthCheck(CustomMsgConsumer consumer) {
        super("lightning", "consumer:lightning");
        this.consumer = consumer;
        setEnabled(((LightningComponent) consumer.getEndpoint().getComponent()).isHealthCheckConsumerEnabled());
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        NodeState state = consumer.nodeState();
        if (state == null) {
            builder.unknown().message("The consumer is not started");
            return;
        }
        builder.detail("node.status", state.status().name());
        builder.detail("messages.held", consumer.getHeld());
        builder.detail("messages.waiting", consumer.getWaiting());
        if (!state.isUp()) {
            String startFailure = consumer.startFailure();
            builder.down()
                    .message("The Lightning node is " + state.status() + ": "
                            + (startFailure == null ? state.reason() : startFailure));
        } else if (consumer.isCrowded()) {
            builder.down().message("Peers are held: maxInFlightPerPeer or maxInFlight is reached");
        } else {
            builder.up();
        }
    }
}

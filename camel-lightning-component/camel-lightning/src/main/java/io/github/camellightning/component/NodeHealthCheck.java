// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeState;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.jspecify.annotations.Nullable;

/** Down where the node of a consumer or a producer does not work. */
class NodeHealthCheck extends AbstractHealthCheck {

    /** A consumer or a producer with its node. */
    interface NodeUser {

        /** Null where it is not started. */
        @Nullable
        NodeState nodeState();

        /** Why the node could not be started; null where it could, or was not tried. */
        @Nullable
        String startFailure();

        /** Why the node does not give what it was asked for; null where it does. */
        @Nullable
        String refusal();
    }

    private final NodeUser user;

    private NodeHealthCheck(NodeUser user, String id, boolean enabled) {
        super("lightning", id);
        this.user = user;
        setEnabled(enabled);
    }

    NodeHealthCheck(NodeUser consumer, LightningEndpoint endpoint) {
        this(consumer, "consumer:lightning", endpoint.getComponent().isHealthCheckConsumerEnabled());
    }

    static NodeHealthCheck ofProducer(NodeUser producer, LightningEndpoint endpoint) {
        return new NodeHealthCheck(
                producer,
                "producer:lightning-" + endpoint.getOperation() + "-"
                        + Integer.toHexString(System.identityHashCode(producer)),
                endpoint.getComponent().isHealthCheckProducerEnabled());
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected final void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        NodeState state = user.nodeState();
        if (state == null) {
            builder.unknown().message("It is not started");
            return;
        }
        builder.detail("node.status", state.status().name());
        ofConsumer(builder);
        if (!state.isUp()) {
            String startFailure = user.startFailure();
            down(
                    builder,
                    "The Lightning node is " + state.status() + ": "
                            + (startFailure == null ? state.reason() : startFailure));
            return;
        }
        String refusal = user.refusal();
        if (refusal != null) {
            down(builder, "The Lightning node refuses what the route asks for: " + refusal);
        }
    }

    /** As a detail too: Spring Boot's actuator shows details, and no message. */
    static void down(HealthCheckResultBuilder builder, String why) {
        builder.down().message(why).detail("reason", why);
    }

    /** Adds what there is to say of a consumer besides its node. */
    void ofConsumer(HealthCheckResultBuilder builder) {
        builder.up();
    }
}

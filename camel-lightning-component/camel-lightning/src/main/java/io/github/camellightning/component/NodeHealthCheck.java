// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeState;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.jspecify.annotations.Nullable;

/** Down where the node of a consumer does not work. */
class NodeHealthCheck extends AbstractHealthCheck {

    /** A consumer with its node. */
    interface NodeUser {

        /** Null where the consumer is not started. */
        @Nullable
        NodeState nodeState();

        /** Why the node could not be started; null where it could, or was not tried. */
        @Nullable
        String startFailure();
    }

    private final NodeUser user;

    NodeHealthCheck(NodeUser user, LightningEndpoint endpoint) {
        super("lightning", "consumer:lightning");
        this.user = user;
        setEnabled(endpoint.getComponent().isHealthCheckConsumerEnabled());
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected final void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        NodeState state = user.nodeState();
        if (state == null) {
            builder.unknown().message("The consumer is not started");
            return;
        }
        builder.detail("node.status", state.status().name());
        ofConsumer(builder);
        if (!state.isUp()) {
            String startFailure = user.startFailure();
            builder.down()
                    .message("The Lightning node is " + state.status() + ": "
                            + (startFailure == null ? state.reason() : startFailure));
        }
    }

    /** Adds what there is to say of a consumer besides its node. */
    void ofConsumer(HealthCheckResultBuilder builder) {
        builder.up();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.DaemonNode;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeState;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down where a node that routes use does not work; on Core Lightning that is also where lightningd does not have it as its plugin, or not for all that routes want. */
final class LeaseHealthCheck extends AbstractHealthCheck {

    private final NodeWatch watch;

    LeaseHealthCheck(NodeWatch watch) {
        super("lightning", "lightning-node-" + watch.name());
        this.watch = watch;
    }

    /** No: it comes back by itself, and a restart of this process would not bring it sooner. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        LightningNode node = watch.node();
        NodeState state = node.state();
        builder.detail("node.name", watch.name());
        builder.detail("node.status", state.status().name());
        builder.detail("node.since", state.since().toString());
        builder.detail("node.reconnects", node.counts().reconnects());
        if (node instanceof DaemonNode daemon) {
            builder.detail("node.plugin", daemon.isRegistered());
        }
        if (state.isUp()) {
            String refusal = node instanceof DaemonNode daemon ? daemon.refusal() : null;
            builder.up();
            if (refusal != null) {
                NodeHealthCheck.down(
                        builder, "The Lightning node " + watch.name() + " refuses what routes ask for: " + refusal);
            }
            return;
        }
        String startFailure = watch.startFailure();
        NodeHealthCheck.down(
                builder,
                "The Lightning node " + watch.name() + " is " + state.status() + ": "
                        + (startFailure == null ? state.reason() : startFailure));
    }
}

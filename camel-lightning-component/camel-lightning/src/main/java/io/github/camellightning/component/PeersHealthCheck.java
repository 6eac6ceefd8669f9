// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.Peer;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.jspecify.annotations.Nullable;

/** Down where the peers that a node is to keep, and those that producers name, are not connected: any of them, or all, as the rule says. */
final class PeersHealthCheck extends AbstractHealthCheck {

    private static final int MOST_LISTED = 20;

    private final NodeWatch watch;
    private final PeerHealth rule;

    PeersHealthCheck(NodeWatch watch, PeerHealth rule) {
        super("lightning", "lightning-peers-" + watch.name());
        this.watch = watch;
        this.rule = rule;
    }

    /** No: a peer that is away is no fault of this process. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("node.name", watch.name());
        Set<NodeId> wanted = watch.wantedPeers();
        if (!watch.node().state().isUp()) {
            nobodyKnows(builder, wanted, "The Lightning node " + watch.name() + " is not up");
            return;
        }
        try {
            judge(builder, wanted, watch.peers().connected());
        } catch (LightningException silent) {
            nobodyKnows(builder, wanted, silent.getMessage());
        }
    }

    /** Camel takes what is unknown for not ready, which who is connected has no part in where nobody has to be. */
    private void nobodyKnows(HealthCheckResultBuilder builder, Set<NodeId> wanted, @Nullable String why) {
        builder.detail("peers.wanted", wanted.size()).detail("reason", why);
        if (rule == PeerHealth.NONE || wanted.isEmpty()) {
            builder.up();
        } else {
            builder.unknown().message(why);
        }
    }

    private void judge(HealthCheckResultBuilder builder, Set<NodeId> wanted, Collection<Peer> connected) {
        Set<NodeId> there = connected.stream().map(Peer::nodeId).collect(Collectors.toSet());
        Set<NodeId> missing =
                wanted.stream().filter(peer -> !there.contains(peer)).collect(Collectors.toSet());
        builder.detail("peers.connected", there.size());
        builder.detail("peers.wanted", wanted.size());
        builder.detail(
                "peers.missing",
                missing.stream().map(NodeId::hex).sorted().limit(MOST_LISTED).collect(Collectors.joining(",")));
        boolean down =
                switch (rule) {
                    case ALL -> !missing.isEmpty();
                    case ANY -> !wanted.isEmpty() && missing.size() == wanted.size();
                    case NONE -> false;
                };
        if (down) {
            NodeHealthCheck.down(
                    builder,
                    missing.size() + " of the " + wanted.size()
                            + " peers that the node is to keep or producers name are not connected");
        } else {
            builder.up();
        }
    }
}

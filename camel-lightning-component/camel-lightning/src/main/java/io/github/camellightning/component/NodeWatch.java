// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.Registration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.apache.camel.spi.SupervisingRouteController;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators see of one node of a context: what went through it by operation, who is connected and who should be. */
final class NodeWatch {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

    private final CamelContext context;
    private final String name;
    private final LightningNode node;
    private final NodeLease lease;
    private final KnownPeers peers;
    private final RouteConsumers consumers;
    private final Meters meters;
    private final Registration peerEvents;
    private final Runnable unmanage;
    private final Map<LightningOperation, SendCounts> sent = new ConcurrentHashMap<>();
    private final Map<LightningOperation, Counters> received = new ConcurrentHashMap<>();
    /** By how many producers. */
    private final Map<NodeId, Integer> named = new ConcurrentHashMap<>();

    private final AtomicInteger users = new AtomicInteger();

    private final AbstractHealthCheck nodeHealth;
    private final AbstractHealthCheck peersHealth;

    /** @param name among the nodes of the context */
    NodeWatch(CamelContext context, String name, LightningNode node, NodeLease lease, Executor goOn, PeerHealth rule) {
        this.context = context;
        this.name = name;
        this.node = node;
        this.lease = lease;
        this.peers = new KnownPeers(node);
        this.consumers = new RouteConsumers(context, node);
        this.nodeHealth = new LeaseHealthCheck(this);
        this.peersHealth = new PeersHealthCheck(this, rule);
        // they find an application's HealthCheckResultStrategy there
        nodeHealth.setCamelContext(context);
        peersHealth.setCamelContext(context);
        this.peerEvents = listen(new PeerEventTeller(context, name, goOn));
        this.meters = Meters.of(context, this);
        this.unmanage = Management.show(context, "lightning-node-" + name, new ManagedLightningNode(this));
    }

    private Registration listen(PeerEventTeller teller) {
        try {
            return node.onPeerEvent(teller);
        } catch (LightningException cannot) {
            LOG.debug("Node {} does not tell of its peers", name, cannot);
            return () -> {};
        }
    }

    String name() {
        return name;
    }

    LightningNode node() {
        return node;
    }

    KnownPeers peers() {
        return peers;
    }

    /** Of the routes that use the node. */
    RouteConsumers consumers() {
        return consumers;
    }

    /** A consumer or a producer is about to use the node. */
    void used() {
        users.incrementAndGet();
    }

    /** One of those that used it does not any more, or could not. */
    void usedNoMore() {
        users.decrementAndGet();
    }

    /** Whether a consumer or a producer is started with the node, or about to be. */
    boolean isUsed() {
        return users.get() > 0;
    }

    /** Whether it did not start for a route that Camel starts again. */
    private boolean isAwaited() {
        return lease.failure() != null
                && context.getRouteController() instanceof SupervisingRouteController supervisor
                && !supervisor.getRestartingRoutes().isEmpty();
    }

    /** Why the last attempt to start it failed; null where none did. */
    @Nullable
    String startFailure() {
        return lease.failure();
    }

    /** Of all producers of the operation. */
    SendCounts sent(LightningOperation operation) {
        return sent.computeIfAbsent(operation, first -> {
            var counts = new SendCounts();
            meters.sending(first, counts);
            return counts;
        });
    }

    /** Of all consumers of the operation. */
    Counters received(LightningOperation operation) {
        return received.computeIfAbsent(operation, first -> {
            var counters = new Counters();
            meters.receiving(first, counters);
            return counters;
        });
    }

    Map<LightningOperation, SendCounts> sent() {
        return sent;
    }

    Map<LightningOperation, Counters> received() {
        return received;
    }

    /** A producer counts on the peer. */
    void named(NodeId peer) {
        named.merge(peer, 1, Integer::sum);
    }

    void namedNoMore(NodeId peer) {
        named.computeIfPresent(peer, (who, producers) -> producers > 1 ? producers - 1 : null);
    }

    /**
     * The peers that the node is to keep, and those that producers name. Not those that consumers name: peers that dial this side may
     * only find it once the application is ready, which is not to wait for them.
     */
    Set<NodeId> wantedPeers() {
        var wanted = new HashSet<>(node.keptPeers());
        wanted.addAll(named.keySet());
        return wanted;
    }

    /** Where no route needs the node, how it is says nothing of the application. */
    boolean isNeeded() {
        return isUsed() || isAwaited();
    }

    Stream<HealthCheck> healthChecks() {
        return isNeeded() ? Stream.of(nodeHealth, peersHealth) : Stream.empty();
    }

    void close() {
        peerEvents.close();
        meters.close();
        unmanage.run();
    }
}

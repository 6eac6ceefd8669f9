// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.StartupListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that the routes of one context use, each started once and given back once.
 *
 * <p>While the context starts, a node is started after all consumers have registered with it, so that no message finds nobody. Camel
 * calls startup listeners twice: those added while routes warm up before any consumer starts, those added by consumers after all of
 * them started. Where no consumer is to come, the first call is the moment: then the node is up before anything is sent.
 */
final class NodeLeases {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLeases.class);

    private final CamelContext context;
    private final ScheduledExecutorService timer;
    private final Executor goOn;
    private final Supplier<PeerHealth> peerHealth;
    private final Supplier<String> prefix;

    private record Leased(NodeLease lease, NodeWatch watch) {}

    private final IdentityHashMap<LightningNode, Leased> leases = new IdentityHashMap<>();
    private boolean listensToWarmUp;
    private boolean listensToConsumers;
    private volatile boolean expectsConsumers;

    /**
     * @param goOn runs what peer events go to
     * @param prefix of the nodes' names
     */
    NodeLeases(
            CamelContext context,
            ScheduledExecutorService timer,
            Executor goOn,
            Supplier<PeerHealth> peerHealth,
            Supplier<String> prefix) {
        this.context = context;
        this.timer = timer;
        this.goOn = goOn;
        this.peerHealth = peerHealth;
        this.prefix = prefix;
    }

    /** Says that a route has a consumer, which will call {@link #takeForConsumer} if it is started. */
    void expectConsumer() {
        expectsConsumers = true;
    }

    NodeLease takeForProducer(LightningNode node, StartupMode mode) throws Exception {
        NodeLease lease = lease(node, mode);
        if (!isContextStarting()) {
            lease.start();
        } else if (!listensToWarmUp) {
            listensToWarmUp = true;
            context.addStartupListener(new AfterWarmUp());
        }
        return lease;
    }

    /** To be called by a consumer that has registered with the node. */
    NodeLease takeForConsumer(LightningNode node, StartupMode mode) throws Exception {
        NodeLease lease = lease(node, mode);
        if (!isContextStarting()) {
            lease.start();
        } else if (!listensToConsumers) {
            listensToConsumers = true;
            context.addStartupListener((starting, already) -> startAll());
        }
        return lease;
    }

    private final class AfterWarmUp implements StartupListener {

        @Override
        public void onCamelContextStarted(CamelContext starting, boolean alreadyStarted) throws Exception {
            if (!expectsConsumers) {
                startAll();
            }
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext started, boolean alreadyStarted) throws Exception {
            // the consumers that were expected belong to routes that do not start by themselves
            startAll();
        }
    }

    private boolean isContextStarting() {
        return context.getStatus() == ServiceStatus.Starting;
    }

    private synchronized NodeLease lease(LightningNode node, StartupMode mode) {
        NodeLease lease = leased(node).lease;
        lease.startupMode(mode);
        return lease;
    }

    /** What is to be seen of a node, whether it is started yet or not. */
    synchronized NodeWatch watch(LightningNode node) {
        return leased(node).watch;
    }

    private Leased leased(LightningNode node) {
        return leases.computeIfAbsent(node, first -> {
            var lease = new NodeLease(first, timer, NodeLease.PATIENCE);
            return new Leased(lease, new NodeWatch(context, name(first), first, lease, goOn, peerHealth.get()));
        });
    }

    /** The prefix and the name of its bean; where it has none, {@code node}, {@code node-2} and so on. */
    private String name(LightningNode node) {
        Map<String, LightningNode> beans = beans();
        for (Map.Entry<String, LightningNode> bean : beans.entrySet()) {
            if (bean.getValue() == node) {
                return prefix.get() + bean.getKey();
            }
        }
        List<String> taken =
                leases.values().stream().map(leased -> leased.watch.name()).toList();
        String first = prefix.get() + "node";
        String name = first;
        for (int more = 2; taken.contains(name) || beans.containsKey(name); more++) {
            name = first + "-" + more;
        }
        return name;
    }

    /** None where the registry cannot give them all: that makes lazy ones too, and one that cannot be made is no fault of the others. */
    private Map<String, LightningNode> beans() {
        try {
            return new TreeMap<>(context.getRegistry().findByTypeWithName(LightningNode.class));
        } catch (RuntimeException notMade) {
            LOG.debug("The registry does not say what the nodes are called", notMade);
            return Map.of();
        }
    }

    synchronized List<NodeWatch> watches() {
        return leases.values().stream().map(Leased::watch).toList();
    }

    private void startAll() throws Exception {
        List<NodeLease> all = used();
        // nodes of one context may wait for each other
        List<CompletableFuture<Void>> starting =
                all.stream().map(NodeLease::begin).toList();
        for (int i = 0; i < all.size(); i++) {
            all.get(i).await(starting.get(i));
        }
    }

    void close() {
        List<Leased> all;
        synchronized (this) {
            all = List.copyOf(leases.values());
            leases.clear();
        }
        all.forEach(leased -> leased.lease.close());
        // last: peers that go with their node are told of
        all.forEach(leased -> leased.watch.close());
    }

    /** Those of routes that are still there: one that could not be started does not need its node. */
    private synchronized List<NodeLease> used() {
        return leases.values().stream()
                .filter(leased -> leased.watch.isUsed())
                .map(Leased::lease)
                .toList();
    }
}

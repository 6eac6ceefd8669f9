// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.jspecify.annotations.Nullable;

/** The component {@code lightning}. It owns what its endpoints share: the leases of nodes, a timer and the threads on which routes go on. */
@Component("lightning")
public class LightningComponent extends HealthCheckComponent {

    private static final String USUAL_NAME = "lightning";

    @Metadata(
            description =
                    "The Lightning node of all endpoints that name none. Where this is absent too, the only bean of type"
                            + " LightningNode in the registry is used.")
    private @Nullable LightningNode node;

    @Metadata(
            label = "producer,advanced",
            defaultValue = "10",
            description =
                    "How many threads routes go on with once a message is sent or a call is answered, so that they never"
                            + " keep the node's own threads. There are more while all of them stand still and work waits.")
    private int workerPoolSize = 10;

    @Metadata(
            description =
                    "The folder of a Core Lightning node on this machine, which endpoints without a node of their own then"
                            + " use.")
    private @Nullable String lightningDir;

    @Metadata(
            defaultValue = "bitcoin",
            description = "With lightningDir, the network of the node: bitcoin, testnet, testnet4, signet or regtest.")
    private @Nullable String network;

    @Metadata(description = "The Unix socket of a Core Lightning node, in place of the one in lightningDir.")
    private @Nullable String rpcFile;

    @Metadata(
            label = "producer,security",
            secret = true,
            description = "The rune that allows the commando calls of all endpoints that have none.")
    private @Nullable String rune;

    @Metadata(
            label = "health",
            defaultValue = "any",
            enums = "any,all,none",
            description =
                    "How many of the peers that a node is to keep, or that producers name, must be connected for the"
                            + " health check lightning-peers-(node) to be up.")
    private PeerHealth healthCheckPeers = PeerHealth.ANY;

    private final NodeIds nodeIds = new NodeIds();
    private final Deliveries deliveries = new Deliveries();
    private final PeerProtocols protocols = new PeerProtocols(this);
    private @Nullable LightningNode describedNode;
    private volatile @Nullable NodeLeases leases;
    private Runnable unregisterHealth = () -> {};
    private @Nullable ScheduledExecutorService timer;
    private volatile @Nullable Workers workers;
    private final Executor goOn = Pools.orOnThisThread(this::work);

    @Override
    protected void validateURI(String uri, String path, Map<String, Object> parameters) {
        super.validateURI(uri, path, parameters);
        new OptionValues(getCamelContext(), endpointOptions()).check(parameters);
    }

    /** The options of endpoints, by name. */
    PropertyConfigurerGetter endpointOptions() {
        return (PropertyConfigurerGetter) getEndpointPropertyConfigurer();
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        int slash = remaining.indexOf('/');
        LightningOperation operation = LightningOperation.of(slash < 0 ? remaining : remaining.substring(0, slash));
        var endpoint = new LightningEndpoint(uri, this, operation, new OptionUse(parameters));
        if (slash >= 0) {
            endpoint.setName(remaining.substring(slash + 1));
        }
        return endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        Masking.maskRunes(getCamelContext());
        var executors = getCamelContext().getExecutorServiceManager();
        ScheduledExecutorService started = executors.newSingleThreadScheduledExecutor(this, "LightningTimer");
        timer = started;
        NodeLeases leased =
                new NodeLeases(getCamelContext(), started, goOn, this::getHealthCheckPeers, this::nodePrefix);
        leases = leased;
        unregisterHealth = LightningHealthChecks.register(getCamelContext(), leased);
    }

    /** What tells its nodes from those of another component of this class: one node may be of both. */
    private String nodePrefix() {
        CamelContext context = getCamelContext();
        List<String> names = context.getComponentNames().stream()
                .filter(name -> context.hasComponent(name) == this)
                .sorted()
                .toList();
        return names.isEmpty() || names.contains(USUAL_NAME) ? "" : names.get(0) + "-";
    }

    /** What depends on options: Camel Main initialises a component before it sets them. */
    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Options.requireAtLeast(1, "workerPoolSize", workerPoolSize);
        workers = new Workers(
                Pools.elastic(getCamelContext(), this, "LightningWorker", workerPoolSize), workerPoolSize, timer());
    }

    /** All of it, for a component that is removed is stopped and no more; one that is started again is initialised before. */
    @Override
    protected void doStop() throws Exception {
        release();
        super.doStop();
    }

    /** For one that was never started. */
    @Override
    protected void doShutdown() throws Exception {
        release();
        super.doShutdown();
    }

    private void release() {
        unregisterHealth.run();
        NodeLeases closing = leases;
        leases = null;
        if (closing != null) {
            closing.close();
        }
        var executors = getCamelContext().getExecutorServiceManager();
        Workers ending = workers;
        workers = null;
        if (ending != null) {
            executors.shutdown(ending.pool());
        }
        if (timer != null) {
            executors.shutdownNow(timer);
            timer = null;
        }
    }

    /** The node that lightningDir, network and rpcFile describe, always the same; null where they are absent. */
    synchronized @Nullable LightningNode describedNode() {
        if (describedNode == null && (lightningDir != null || rpcFile != null)) {
            describedNode = DescribedNode.create(lightningDir, network, rpcFile);
        }
        return describedNode;
    }

    /** The nodes that routes use; none where the component is not initialised. */
    List<NodeWatch> watches() {
        NodeLeases now = leases;
        return now == null ? List.of() : now.watches();
    }

    NodeLeases leases() {
        return Objects.requireNonNull(leases, "the component is not initialised");
    }

    ScheduledExecutorService timer() {
        return Objects.requireNonNull(timer, "the component is not initialised");
    }

    private void work(Runnable task) {
        Workers now = workers;
        if (now == null) {
            throw new RejectedExecutionException("the component is stopped");
        }
        now.execute(task);
    }

    /** Where routes go on with what a node has done, which never keep a thread of the node's. */
    Executor goOn() {
        return goOn;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    PeerProtocols protocols() {
        return protocols;
    }

    NodeIds nodeIds() {
        return nodeIds;
    }

    public @Nullable LightningNode getNode() {
        return node;
    }

    public void setNode(@Nullable LightningNode node) {
        this.node = node;
    }

    public @Nullable String getLightningDir() {
        return lightningDir;
    }

    public void setLightningDir(@Nullable String lightningDir) {
        this.lightningDir = lightningDir;
    }

    public @Nullable String getNetwork() {
        return network;
    }

    public void setNetwork(@Nullable String network) {
        this.network = network;
    }

    public @Nullable String getRpcFile() {
        return rpcFile;
    }

    public void setRpcFile(@Nullable String rpcFile) {
        this.rpcFile = rpcFile;
    }

    public @Nullable String getRune() {
        return rune;
    }

    public void setRune(@Nullable String rune) {
        this.rune = rune;
    }

    public PeerHealth getHealthCheckPeers() {
        return healthCheckPeers;
    }

    public void setHealthCheckPeers(PeerHealth healthCheckPeers) {
        this.healthCheckPeers = healthCheckPeers;
    }

    public int getWorkerPoolSize() {
        return workerPoolSize;
    }

    public void setWorkerPoolSize(int workerPoolSize) {
        this.workerPoolSize = workerPoolSize;
    }
}

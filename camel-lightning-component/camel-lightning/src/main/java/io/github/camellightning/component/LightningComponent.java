// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.jspecify.annotations.Nullable;

/** The component {@code lightning}. It owns what its endpoints share: the leases of nodes, a timer and the threads on which routes go on. */
@Component("lightning")
public class LightningComponent extends HealthCheckComponent {

    @Metadata(
            description =
                    "The Lightning node of all endpoints that name none. Where this is absent too, the only bean of type"
                            + " LightningNode in the registry is used.")
    private @Nullable LightningNode node;

    @Metadata(
            label = "producer,advanced",
            defaultValue = "10",
            description =
                    "How many threads routes go on with once a message is sent, so that they never keep the node's own"
                            + " threads.")
    private int workerPoolSize = 10;

    private final NodeIds nodeIds = new NodeIds();
    private @Nullable NodeLeases leases;
    private @Nullable ScheduledExecutorService timer;
    private @Nullable ExecutorService workers;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        int slash = remaining.indexOf('/');
        LightningOperation operation = LightningOperation.of(slash < 0 ? remaining : remaining.substring(0, slash));
        var endpoint = new LightningEndpoint(uri, this, operation);
        if (slash >= 0) {
            endpoint.setName(remaining.substring(slash + 1));
        }
        return endpoint;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        Options.requireAtLeast(1, "workerPoolSize", workerPoolSize);
        timer = getCamelContext().getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "LightningTimer");
        workers = Pools.create(getCamelContext(), this, "LightningWorker", workerPoolSize);
        leases = new NodeLeases(getCamelContext(), timer);
    }

    @Override
    protected void doShutdown() throws Exception {
        if (leases != null) {
            leases.close();
        }
        var executors = getCamelContext().getExecutorServiceManager();
        if (workers != null) {
            executors.shutdown(workers);
        }
        if (timer != null) {
            executors.shutdownNow(timer);
        }
        super.doShutdown();
    }

    NodeLeases leases() {
        return Objects.requireNonNull(leases, "the component is not initialised");
    }

    ScheduledExecutorService timer() {
        return Objects.requireNonNull(timer, "the component is not initialised");
    }

    ExecutorService workers() {
        return Objects.requireNonNull(workers, "the component is not initialised");
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

    public int getWorkerPoolSize() {
        return workerPoolSize;
    }

    public void setWorkerPoolSize(int workerPoolSize) {
        this.workerPoolSize = workerPoolSize;
    }
}

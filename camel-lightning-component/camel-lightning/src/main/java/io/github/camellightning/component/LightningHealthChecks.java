// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckRepository;

/** The health checks of the nodes that the routes of one component use; those of consumers and producers are Camel's to ask for. */
final class LightningHealthChecks implements HealthCheckRepository {

    private final String id;
    private final NodeLeases leases;
    private boolean enabled = true;

    private LightningHealthChecks(String id, NodeLeases leases) {
        this.id = id;
        this.leases = leases;
    }

    /** @return ends it */
    static Runnable register(CamelContext context, NodeLeases leases) {
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        if (registry == null) {
            return () -> {};
        }
        String id = "lightning";
        for (int more = 2; registry.getRepository(id).isPresent(); more++) {
            id = "lightning-" + more;
        }
        var checks = new LightningHealthChecks(id, leases);
        registry.register(checks);
        return () -> registry.unregister(checks);
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    @Override
    public Stream<HealthCheck> stream() {
        return enabled ? leases.watches().stream().flatMap(NodeWatch::healthChecks) : Stream.empty();
    }
}

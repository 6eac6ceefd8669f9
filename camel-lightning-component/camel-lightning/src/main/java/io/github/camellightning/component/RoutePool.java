// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.apache.camel.spi.ExecutorServiceManager;

/**
 * What the route of a consumer runs on: threads of its own, or a pool of the user's, which outlives it.
 *
 * @param most how many threads it has, where they are its own
 */
record RoutePool(LightningEndpoint endpoint, ExecutorService threads, boolean isOwn, int most) {

    /** With so many threads at most, where the user gave none. */
    static RoutePool of(LightningEndpoint endpoint, NodeConsumer<?> owner, int most) {
        ExecutorService given = endpoint.getExecutorService();
        if (given != null) {
            return new RoutePool(endpoint, given, false, most);
        }
        ExecutorService own = Pools.create(endpoint.getCamelContext(), owner, "LightningConsumer", most);
        return new RoutePool(endpoint, own, true, most);
    }

    /** For tasks of which many come at once. */
    Crew crew() {
        return isOwn ? new Crew(threads, most, endpoint.getComponent().timer()) : new Crew(threads);
    }

    /**
     * Ends the threads if they are its own.
     *
     * @param forced whether to interrupt what runs
     * @return what never ran and never will
     */
    List<Runnable> end(boolean forced) {
        if (!isOwn) {
            return List.of();
        }
        ExecutorServiceManager pools = endpoint.getCamelContext().getExecutorServiceManager();
        if (forced) {
            // null where they ended before
            return Objects.requireNonNullElse(pools.shutdownNow(threads), List.of());
        }
        pools.shutdown(threads);
        return List.of();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;

/** What the route of a consumer runs on: threads of its own, or a pool of the user's, which outlives it. */
record RoutePool(CamelContext context, ExecutorService threads, boolean isOwn) {

    /** With so many threads at most, where the user gave none. */
    static RoutePool of(LightningEndpoint endpoint, NodeConsumer<?> owner, int most) {
        CamelContext context = endpoint.getCamelContext();
        ExecutorService given = endpoint.getReceive().getExecutorService();
        return given == null
                ? new RoutePool(context, Pools.create(context, owner, "LightningConsumer", most), true)
                : new RoutePool(context, given, false);
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
        if (forced) {
            // null where they ended before
            return Objects.requireNonNullElse(
                    context.getExecutorServiceManager().shutdownNow(threads), List.of());
        }
        context.getExecutorServiceManager().shutdown(threads);
        return List.of();
    }
}

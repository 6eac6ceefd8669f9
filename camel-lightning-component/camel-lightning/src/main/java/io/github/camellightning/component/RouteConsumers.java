// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;

/** The started consumers of a context's routes that use one node. */
final class RouteConsumers {

    private final CamelContext context;
    private final LightningNode node;

    RouteConsumers(CamelContext context, LightningNode node) {
        this.context = context;
        this.node = node;
    }

    Stream<NodeConsumer<?>> all() {
        return context.getRoutes().stream().flatMap(RouteConsumers::ours).filter(this::usesIt);
    }

    private static Stream<NodeConsumer<?>> ours(Route route) {
        return route.getConsumer() instanceof NodeConsumer<?> consumer ? Stream.of(consumer) : Stream.empty();
    }

    private boolean usesIt(NodeConsumer<?> consumer) {
        NodeConsumer.NodeUse use = consumer.use();
        return use != null && use.node() == node;
    }

    long sum(LightningOperation operation, ToLongFunction<NodeConsumer<?>> figure) {
        return of(operation).mapToLong(figure).sum();
    }

    long max(LightningOperation operation, ToLongFunction<NodeConsumer<?>> figure) {
        return of(operation).mapToLong(figure).max().orElse(0);
    }

    private Stream<NodeConsumer<?>> of(LightningOperation operation) {
        return all().filter(consumer -> consumer.getEndpoint().getOperation() == operation);
    }
}

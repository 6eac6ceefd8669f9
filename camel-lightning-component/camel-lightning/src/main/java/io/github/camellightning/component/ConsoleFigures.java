// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.DaemonNode;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeCounts;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.camel.Route;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** What the console shows of one node. */
final class ConsoleFigures {

    private final Rates rates;

    ConsoleFigures(LongSupplier nanoClock) {
        this.rates = new Rates(nanoClock);
    }

    JsonObject node(NodeWatch watch) {
        NodeState state = watch.node().state();
        NodeCounts counts = watch.node().counts();
        String startFailure = watch.startFailure();
        var node = new JsonObject();
        node.put("name", watch.name());
        node.put("id", id(watch));
        node.put("kind", watch.node().getClass().getSimpleName());
        node.put("status", state.status().name());
        node.put("since", state.since().toString());
        if (watch.node() instanceof DaemonNode daemon) {
            node.put("plugin", daemon.isRegistered());
        }
        node.put("reconnects", counts.reconnects());
        node.put("unclaimed", counts.unclaimed());
        node.put("refusedConnections", counts.refusedConnections());
        node.put("reason", startFailure == null ? state.reason() : startFailure);
        return node;
    }

    private static String id(NodeWatch watch) {
        try {
            return watch.node().nodeId().hex();
        } catch (NotConnectedException down) {
            return "unknown";
        }
    }

    /** @param most those beyond that are only counted */
    JsonArray peers(NodeWatch watch, int most) {
        var peers = new JsonArray();
        try {
            List<Peer> connected = watch.peers().connected();
            connected.stream().limit(most).forEach(peer -> peers.add(peer(peer)));
            if (connected.size() > most) {
                peers.add(one("more", connected.size() - most));
            }
        } catch (LightningException silent) {
            peers.add(one("unknown", String.valueOf(silent.getMessage())));
        }
        return peers;
    }

    private static JsonObject one(String name, Object value) {
        var only = new JsonObject();
        only.put(name, value);
        return only;
    }

    private static JsonObject peer(Peer known) {
        var peer = new JsonObject();
        peer.put("id", known.nodeId().hex());
        if (known.direction() != null) {
            peer.put("direction", known.direction().name().toLowerCase(Locale.ROOT));
        }
        if (known.address() != null) {
            peer.put("address", known.address());
        }
        return peer;
    }

    JsonArray routes(NodeWatch watch) {
        var routes = new JsonArray();
        watch.consumers().all().forEach(consumer -> routes.add(route(consumer)));
        return routes;
    }

    private JsonObject route(NodeConsumer<?> consumer) {
        Route of = consumer.getRoute();
        String id = of == null ? "" : of.getRouteId();
        var route = new JsonObject();
        route.put("routeId", id);
        route.put("from", consumer.getEndpoint().operationAndName());
        route.put("state", consumer.getStatus().name());
        put(route, "route " + id, consumer.counters());
        route.put("held", consumer.getHeld());
        route.put("oldestMillis", consumer.getOldestMillis());
        return route;
    }

    /** By operation, over all routes. */
    JsonArray operations(NodeWatch watch) {
        var operations = new JsonArray();
        watch.sent().forEach((operation, counts) -> operations.add(operation(watch, operation, counts)));
        watch.received().forEach((operation, counters) -> {
            var from = new JsonObject();
            from.put("from", operation.toString());
            put(from, watch.name() + " from " + operation, counters);
            operations.add(from);
        });
        return operations;
    }

    private void put(JsonObject into, String key, Counters counters) {
        into.put("received", counters.received().sum());
        into.put("handled", counters.handled().sum());
        into.put("failed", counters.failed().sum());
        into.put("dropped", counters.dropped().sum());
        into.put("inFlight", counters.onTheirWay());
        into.put("perSecond", rates.perSecond(key, counters.received().sum()));
    }

    private JsonObject operation(NodeWatch watch, LightningOperation operation, SendCounts counts) {
        var to = new JsonObject();
        to.put("to", operation.toString());
        to.put("sent", counts.sent());
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.OK) {
                to.put(outcome.label(), counts.sum(outcome));
            }
        }
        to.put("inFlight", counts.inFlight());
        to.put("meanMillis", Rates.rounded(counts.meanMillis()));
        to.put("perSecond", rates.perSecond(watch.name() + " to " + operation, counts.sent()));
        return to;
    }
}

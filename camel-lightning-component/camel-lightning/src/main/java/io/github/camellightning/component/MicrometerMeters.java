// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** The figures of one node as meters of Micrometer. Their tags have few values each: none is, or comes from, a peer. The only class that knows Micrometer. */
final class MicrometerMeters implements Meters {

    /** What camel-micrometer calls the bean. */
    private static final String REGISTRY = "metricsRegistry";

    private static final String OUTCOME = "outcome";
    private static final String DIRECTION = "direction";

    private final MeterRegistry registry;
    private final NodeWatch watch;
    private final Tags tags;
    private final List<Meter> meters = new CopyOnWriteArrayList<>();

    private MicrometerMeters(MeterRegistry registry, CamelContext context, NodeWatch watch) {
        this.registry = registry;
        this.watch = watch;
        this.tags = Tags.of("camelContext", context.getName(), "node", watch.name());
        gauge(
                "camel.lightning.up",
                "1 where the node works, 0 where it does not; NaN where no route needs it",
                tags,
                watch,
                MicrometerMeters::up);
        gauge("camel.lightning.peers", "Peers that are connected", tags, watch, now -> now.peers()
                .count());
        count(
                "camel.lightning.reconnects",
                "How often the daemon or a configured peer came back",
                tags,
                watch,
                now -> now.node().counts().reconnects());
    }

    static Meters of(CamelContext context, NodeWatch watch) {
        MeterRegistry found = find(context.getRegistry());
        return found == null ? new Unpublished() : new MicrometerMeters(found, context, watch);
    }

    /** As camel-micrometer does: the bean of its name, else the only one there is; one that is made of others first. */
    private static @Nullable MeterRegistry find(Registry beans) {
        MeterRegistry composite = find(beans, CompositeMeterRegistry.class);
        return composite == null ? find(beans, MeterRegistry.class) : composite;
    }

    private static <T extends MeterRegistry> @Nullable T find(Registry beans, Class<T> type) {
        T named = beans.lookupByNameAndType(REGISTRY, type);
        Set<T> all = named == null ? beans.findByType(type) : Set.of(named);
        return all.size() == 1 ? all.iterator().next() : null;
    }

    private static double up(NodeWatch watch) {
        return watch.node().state().isUp() ? 1 : watch.isNeeded() ? 0 : Double.NaN;
    }

    @Override
    public void sending(LightningOperation operation, SendCounts counts) {
        Tags ofOperation = tags.and("operation", operation.toString());
        count("camel.lightning.sent", "Exchanges that went well", ofOperation, counts, SendCounts::sent);
        gauge(
                "camel.lightning.in.flight",
                "Exchanges that have not ended",
                ofOperation.and(DIRECTION, "to"),
                counts,
                SendCounts::inFlight);
        Map<Outcome, Timer> timers = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            Tags ofOutcome = ofOperation.and(OUTCOME, outcome.label());
            if (outcome != Outcome.OK) {
                count(
                        "camel.lightning.refused",
                        "Exchanges that did not go well",
                        ofOutcome,
                        counts,
                        now -> now.sum(outcome));
            }
            timers.put(
                    outcome,
                    Timer.builder("camel.lightning.latency")
                            .description("How long exchanges took")
                            .tags(ofOutcome)
                            .register(registry));
        }
        meters.addAll(timers.values());
        counts.tell((outcome, nanos) -> {
            Timer timer = timers.get(outcome);
            if (timer != null) {
                timer.record(nanos, TimeUnit.NANOSECONDS);
            }
        });
    }

    @Override
    public void receiving(LightningOperation operation, Counters counters) {
        Tags ofOperation = tags.and("operation", operation.toString());
        count("camel.lightning.received", "What consumers were given", ofOperation, counters, now -> now.received()
                .sum());
        handled("completed", ofOperation, counters, now -> now.handled().sum());
        handled("failed", ofOperation, counters, now -> now.failed().sum());
        handled("dropped", ofOperation, counters, now -> now.dropped().sum());
        gauge(
                "camel.lightning.in.flight",
                "Exchanges that have not ended",
                ofOperation.and(DIRECTION, "from"),
                counters,
                Counters::onTheirWay);
        if (operation == LightningOperation.CUSTOMMSG) {
            gauge(
                    "camel.lightning.held",
                    "Messages that keep their peer from sending the next",
                    ofOperation,
                    watch,
                    now -> now.consumers().sum(operation, NodeConsumer::getHeld));
            meters.add(TimeGauge.builder("camel.lightning.oldest", watch, TimeUnit.MILLISECONDS, now -> now.consumers()
                            .max(operation, NodeConsumer::getOldestMillis))
                    .description("Age of the oldest message in a route or waiting for it")
                    .tags(ofOperation)
                    .register(registry));
        }
    }

    private void handled(String outcome, Tags ofOperation, Counters counters, ToDoubleFunction<Counters> figure) {
        count("camel.lightning.handled", "What became of it", ofOperation.and(OUTCOME, outcome), counters, figure);
    }

    private <T> void count(String name, String description, Tags its, T of, ToDoubleFunction<T> figure) {
        meters.add(FunctionCounter.builder(name, of, figure)
                .description(description)
                .tags(its)
                .register(registry));
    }

    private <T> void gauge(String name, String description, Tags its, T of, ToDoubleFunction<T> figure) {
        meters.add(Gauge.builder(name, of, figure)
                .description(description)
                .tags(its)
                .register(registry));
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}

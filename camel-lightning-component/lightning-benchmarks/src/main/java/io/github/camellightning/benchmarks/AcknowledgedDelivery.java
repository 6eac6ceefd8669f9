// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.delivery.DeliverySettings;
import io.github.camellightning.node.delivery.EnvelopeReceiver;
import io.github.camellightning.node.delivery.EnvelopeSender;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** What an acknowledgement costs, beside messages without. */
@Command(
        name = "delivery",
        description =
                "Acknowledged delivery between two PeerNodes, beside plain messages, an echo, and large messages.")
final class AcknowledgedDelivery implements Callable<Integer> {

    private static final String HEAP = "-Xmx64m";
    private static final int MESSAGES = 200_000;
    private static final int ROUND_TRIPS = 20_000;
    private static final int SMALL = 100;
    private static final int IN_FLIGHT = 64;
    private static final int PATIENCE_SECONDS = 120;
    private static final CompletionStage<Void> HANDLED = CompletableFuture.completedFuture(null);

    @ParentCommand
    private @Nullable Benchmarks parent;

    @Mixin
    private ClnRounds rounds = new ClnRounds();

    @Override
    public Integer call() throws Exception {
        var report = Objects.requireNonNull(parent).report();
        report.machine();
        report.rates("100 bytes into a route, 64 in flight", rounds.medians(routes(), MESSAGES));
        report.latencies("100 bytes there and back, one at a time", rounds.medians(roundTrips(), ROUND_TRIPS));
        Process child = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        HEAP,
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Benchmarks.class.getName(),
                        "delivery-large")
                .inheritIO()
                .start();
        if (child.waitFor() != 0) {
            throw new IllegalStateException("The process with " + HEAP + " failed");
        }
        return 0;
    }

    private static Map<String, ClnRounds.Turn> routes() {
        var contenders = new LinkedHashMap<String, ClnRounds.Turn>();
        contenders.put(
                "acknowledged", messages -> intoARoute("delivery=acknowledged", "delivery=acknowledged", messages));
        contenders.put(
                "plain",
                messages -> intoARoute("messageType=" + NodePair.TYPE, "messageTypes=" + NodePair.TYPE, messages));
        return contenders;
    }

    private static Latencies intoARoute(String sending, String receiving, int messages) throws Exception {
        try (var pair = new NodePair(message -> HANDLED, message -> HANDLED);
                var camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("alice", pair.dialler);
            camel.getRegistry().bind("bob", pair.listener);
            var handled = new CountDownLatch(messages);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("lightning:custommsg?node=#bob&" + receiving).process(exchange -> handled.countDown());
                }
            });
            camel.start();
            var to = camel.getEndpoint(
                    "lightning:sendcustommsg?node=#alice&peerId=" + pair.listener.nodeId() + "&" + sending);
            long began = System.nanoTime();
            Latencies sent = ClosedLoop.run(to, new byte[SMALL], messages, IN_FLIGHT);
            // what is written only is not there yet
            if (!handled.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException(handled.getCount() + " messages did not arrive");
            }
            return new Latencies(messages * 1e9 / (System.nanoTime() - began), sent.p50(), sent.p99());
        }
    }

    private static Map<String, ClnRounds.Turn> roundTrips() {
        var contenders = new LinkedHashMap<String, ClnRounds.Turn>();
        contenders.put("acknowledged", AcknowledgedDelivery::acknowledged);
        contenders.put("echo", AcknowledgedDelivery::echo);
        return contenders;
    }

    private static Latencies acknowledged(int messages) throws Exception {
        try (var pair = new NodePair(message -> HANDLED, message -> HANDLED);
                var receiver = new EnvelopeReceiver(
                        pair.listener,
                        DeliverySettings.DEFAULT,
                        Set.of(),
                        false,
                        Envelopes.FORGETFUL,
                        Envelopes.ACCEPTING);
                var sender = new EnvelopeSender(pair.dialler, DeliverySettings.DEFAULT)) {
            NodePair.await(receiver.registration().inForce());
            var turns = new Turns(messages);
            turns.each(() -> Envelopes.send(sender, pair.listener.nodeId(), new byte[SMALL])
                    .whenComplete((handled, failure) -> turns.back()));
            return turns.latencies();
        }
    }

    private static Latencies echo(int messages) throws Exception {
        var turns = new Turns(messages);
        try (var pair = new NodePair(
                message -> {
                    turns.back();
                    return HANDLED;
                },
                message -> HANDLED)) {
            pair.listener.onMessage(MessageFilter.types(NodePair.TYPE), message -> {
                NodePair.send(pair.listener, message.peer(), message.message().payload());
                return HANDLED;
            });
            turns.each(() -> NodePair.send(pair.dialler, pair.listener.nodeId(), new byte[SMALL]));
            return turns.latencies();
        }
    }

    /** One after the other: the next begins where the one before came back. */
    private static final class Turns {

        private final long[] nanos;
        private final CompletableFuture<Long> elapsed = new CompletableFuture<>();
        private Runnable next = () -> {};
        private int done;
        private long began;
        private long begin;

        Turns(int count) {
            nanos = new long[count];
        }

        void each(Runnable turn) {
            next = turn;
            begin = System.nanoTime();
            began = begin;
            turn.run();
        }

        void back() {
            long now = System.nanoTime();
            nanos[done++] = now - began;
            if (done == nanos.length) {
                elapsed.complete(now - begin);
            } else {
                began = System.nanoTime();
                next.run();
            }
        }

        Latencies latencies() throws Exception {
            long took = elapsed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return Latencies.of(nanos, took);
        }
    }
}

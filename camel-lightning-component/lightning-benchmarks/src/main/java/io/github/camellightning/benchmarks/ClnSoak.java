// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.node.peer.PeerNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Many messages through one real lightningd: peers send, a route sends each back. What that leaves behind, here and there. */
@Command(
        name = "cln-soak",
        description = "A million messages through a real lightningd, in and out; wants -Dlightningd=<binary>.")
final class ClnSoak implements Callable<Integer> {

    private static final int BYTES = 100;
    private static final int SAMPLES = 20;
    private static final int WINDOW = 64;
    private static final long PATIENCE_SECONDS = 600;
    private static final long MIB = 1 << 20;

    @ParentCommand
    private @Nullable Benchmarks parent;

    @Option(
            names = {"-n", "--messages"},
            defaultValue = "1000000",
            description = "How many, half of them in and half of them out (default: ${DEFAULT-VALUE}).")
    private int messages;

    @Option(
            names = {"-p", "--peers"},
            defaultValue = "4",
            description = "From and to how many peers (default: ${DEFAULT-VALUE}).")
    private int peers;

    private final Trend heap = new Trend(4 * MIB);
    private final Trend threads = new Trend(2);
    private final Trend descriptors = new Trend(2);
    private final Trend daemonMemory = new Trend(4 * MIB);

    @Override
    public Integer call() throws Exception {
        var report = Objects.requireNonNull(parent).report();
        report.machine();
        if (!Lightningd.Real.isThere()) {
            report.note("There is no -Dlightningd=<binary>, and nothing to measure without.");
            return 0;
        }
        try (var daemon = Lightningd.Real.start(null);
                var camel = new DefaultCamelContext()) {
            CoreLightningNode node = daemon.newNode();
            node.setThrottle(true);
            camel.getRegistry().bind("cln", node);
            camel.addRoutes(echo());
            camel.start();
            var echoes = new ArrayList<Echo>();
            for (int i = 0; i < peers; i++) {
                echoes.add(new Echo(daemon));
            }
            long began = System.nanoTime();
            int perTurn = messages / 2 / peers / SAMPLES;
            for (int sample = 0; sample < SAMPLES; sample++) {
                for (Echo echo : echoes) {
                    echo.start(perTurn);
                }
                for (Echo echo : echoes) {
                    echo.await();
                }
                sample(daemon);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            echoes.forEach(Echo::close);
            int through = 2 * perTurn * SAMPLES * peers;
            report.values("%,d messages, %,.0f a second".formatted(through, through / seconds), values());
        }
        return 0;
    }

    private static RouteBuilder echo() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("lightning:custommsg?node=#cln&messageTypes=" + NodePair.TYPE)
                        .to("lightning:sendcustommsg?node=#cln");
            }
        };
    }

    /** A peer that has so many messages on their way there and back. */
    private static final class Echo {

        private final PeerNode node = new PeerNode();
        private final Lightningd daemon;
        private final AtomicInteger toSend = new AtomicInteger();
        private final AtomicInteger toCome = new AtomicInteger();
        private volatile CountDownLatch done = new CountDownLatch(0);

        Echo(Lightningd daemon) {
            this.daemon = daemon;
            node.setIoThreads(1);
            node.onMessage(MessageFilter.types(NodePair.TYPE), message -> {
                arrived();
                return CompletableFuture.completedFuture(null);
            });
            NodePair.await(node.start());
            NodePair.await(node.connect(daemon.address()));
        }

        void start(int count) {
            done = new CountDownLatch(1);
            toSend.set(count);
            toCome.set(count);
            for (int i = 0; i < WINDOW; i++) {
                sendNext();
            }
        }

        private void sendNext() {
            if (toSend.getAndDecrement() > 0) {
                node.send(daemon.nodeId(), new CustomMessage(NodePair.TYPE, new byte[BYTES]));
            }
        }

        private void arrived() {
            sendNext();
            if (toCome.decrementAndGet() == 0) {
                done.countDown();
            }
        }

        void await() throws InterruptedException, TimeoutException {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException(toCome + " messages were lost");
            }
        }

        void close() {
            NodePair.await(node.stop());
        }
    }

    private void sample(Lightningd.Real daemon) throws IOException {
        heap.add(Idle.usedHeap());
        threads.add(ManagementFactory.getThreadMXBean().getThreadCount());
        descriptors.add(ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount());
        long memory = 0;
        for (long pid : daemon.daemon().ownProcesses()) {
            memory += residentBytes(pid);
        }
        daemonMemory.add(memory);
    }

    private static long residentBytes(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    * 1024;
        }
    }

    private Map<String, String> values() {
        var values = new LinkedHashMap<String, String>();
        values.put("heap after collection, MiB", text(heap, MIB));
        values.put("threads", text(threads, 1));
        values.put("descriptors", text(descriptors, 1));
        values.put("lightningd and its connectd, MiB resident", text(daemonMemory, MIB));
        return values;
    }

    private static String text(Trend trend, long unit) {
        return "%,.1f first, %,.1f last: %s"
                .formatted(
                        (double) trend.first() / unit, (double) trend.last() / unit, trend.isFlat() ? "flat" : "GROWS");
    }
}

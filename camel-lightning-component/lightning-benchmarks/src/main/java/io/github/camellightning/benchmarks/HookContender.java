// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.cln.CoreLightningNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.concurrent.SynchronousExecutorService;
import org.jspecify.annotations.Nullable;

/** Who answers a daemon's custommsg calls while they are counted. Only one at a time may: each is there for one round. */
interface HookContender {

    long PATIENCE_SECONDS = 120;

    /** What makes the messages come. */
    interface Load {
        void send();
    }

    /** Returns the messages a second, from the first to the last. */
    double measure(int messages, Load load) throws Exception;

    /** A plugin of its own process: a program that takes how many messages to await and which file to write their speed into. */
    record Program(Lightningd daemon, Path folder, String command) implements HookContender {

        @Override
        public double measure(int messages, Load load) throws Exception {
            // lightningd takes each path once
            Path run = Files.createTempDirectory(folder, "run");
            Path result = run.resolve("result");
            Path plugin = run.resolve("plugin");
            Files.writeString(plugin, "#!/bin/sh\nexec " + command + " " + messages + " '" + result + "'\n");
            Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
            daemon.run("plugin", "subcommand", "start", "plugin", plugin.toString());
            load.send();
            long began = System.nanoTime();
            while (!Files.exists(result)) {
                if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                    throw new TimeoutException(command + " did not get " + messages + " messages");
                }
                Thread.sleep(10);
            }
            daemon.run("plugin", "subcommand", "stop", "plugin", plugin.toString());
            return Double.parseDouble(Files.readString(result).trim());
        }
    }

    /** A route of this process. */
    record Route(Lightningd daemon, @Nullable ExecutorService threads) implements HookContender {

        /** On threads of the component's. */
        Route(Lightningd daemon) {
            this(daemon, null);
        }

        /** On the thread that reads what lightningd says, which waits for it. */
        static Route onTheReader(Lightningd daemon) {
            return new Route(daemon, new SynchronousExecutorService());
        }

        @Override
        public double measure(int messages, Load load) throws Exception {
            var arrivals = new Arrivals(messages);
            try (var camel = new DefaultCamelContext()) {
                CoreLightningNode node = daemon.newNode();
                camel.getRegistry().bind("cln", node);
                String uri = "lightning:custommsg?node=#cln&releaseOn=receipt&messageTypes=" + NodePair.TYPE;
                if (threads != null) {
                    camel.getRegistry().bind("threads", threads);
                    uri += "&executorService=#threads";
                }
                String from = uri;
                camel.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(from).process(exchange -> arrivals.arrived());
                    }
                });
                camel.start();
                load.send();
                return arrivals.perSecond();
            }
        }
    }

    /** When the first and the last of so many came. */
    final class Arrivals {

        private final int expected;
        private final AtomicInteger arrived = new AtomicInteger();
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile long first;
        private volatile long last;

        Arrivals(int expected) {
            this.expected = expected;
        }

        void arrived() {
            int now = arrived.incrementAndGet();
            if (now == 1) {
                first = System.nanoTime();
            }
            if (now == expected) {
                last = System.nanoTime();
                done.countDown();
            }
        }

        double perSecond() throws InterruptedException, TimeoutException {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException(arrived + " of " + expected + " messages came");
            }
            return (expected - 1) * 1e9 / (last - first);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.cln.CoreLightningNode;
import io.github.camellightning.testkit.lightningd.SimulatedNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.concurrent.SynchronousExecutorService;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Messages of 100 bytes from one lightningd to another: through a Camel route, and by a client in C. */
@Command(
        name = "cln-send",
        description =
                "sendcustommsg through a Camel route beside a client in C; -Dlightningd=<binary>: a real one too.")
final class ClnSend implements Callable<Integer> {

    private static final int BYTES = 100;
    /** The receiver reads 1 MB a second: more of them would fill the sender's daemon. */
    private static final int MESSAGES = 20_000;

    @ParentCommand
    private @Nullable Benchmarks parent;

    @Option(
            names = {"-f", "--in-flight"},
            split = ",",
            defaultValue = "1,16,64",
            description = "How many at once, one after the other (default: ${DEFAULT-VALUE}).")
    private List<Integer> inFlights = List.of();

    @Mixin
    private ClnRounds rounds = new ClnRounds();

    @Override
    public Integer call() throws Exception {
        var report = Objects.requireNonNull(parent).report();
        report.machine();
        if (rounds.isWanted("simulated")) {
            try (var network = new SimulatedNetwork();
                    var sender = Lightningd.Simulated.start(network, "sender");
                    var receiver = Lightningd.Simulated.start(network, "receiver")) {
                compare(report, "the simulated lightningd", sender, receiver);
            }
        }
        if (rounds.isWanted("real") && Lightningd.Real.isThere()) {
            try (var sender = Lightningd.Real.start(null);
                    var receiver = Lightningd.Real.start(null)) {
                compare(report, "a real lightningd", sender, receiver);
            }
        }
        return 0;
    }

    private void compare(Report report, String title, Lightningd sender, Lightningd receiver) throws Exception {
        NodePair.await(sender.client().connect(receiver.address()));
        Path folder = Files.createTempDirectory("cln-send");
        var client = CProgram.compile("send-client", folder);
        if (client.isEmpty()) {
            report.note("There is no C compiler, cc: the client in C is left out.");
        }
        try (var camel = new DefaultCamelContext()) {
            CoreLightningNode node = sender.newNode();
            camel.getRegistry().bind("cln", node);
            camel.getRegistry().bind("reader", new SynchronousExecutorService());
            camel.addRoutes(routes(receiver));
            camel.start();
            for (int inFlight : inFlights) {
                var contenders = new LinkedHashMap<String, ClnRounds.Turn>();
                if (inFlight == 1) {
                    contenders.put("Camel route, synchronous", route("waiting", sender, receiver, camel, inFlight));
                }
                contenders.put("Camel route", route("out", sender, receiver, camel, inFlight));
                contenders.put("Camel route on the reader's thread", route("here", sender, receiver, camel, inFlight));
                client.ifPresent(program -> contenders.put(
                        "C client",
                        count -> drained(
                                sender,
                                receiver,
                                () -> Latencies.parse(CProgram.run(
                                        program,
                                        sender.rpcFile().toString(),
                                        receiver.nodeId().hex(),
                                        "%04x".formatted(NodePair.TYPE) + "00".repeat(BYTES),
                                        Integer.toString(count),
                                        Integer.toString(inFlight))))));
                Map<String, Latencies> measured = rounds.medians(contenders, MESSAGES);
                report.latencies("sendcustommsg to " + title + ", " + inFlight + " in flight", measured);
            }
        }
    }

    private static RouteBuilder routes(Lightningd receiver) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                String to = "lightning:sendcustommsg?node=#cln&peerId=" + receiver.nodeId() + "&messageType="
                        + NodePair.TYPE;
                from("direct:out").to(to);
                from("direct:waiting").to(to + "&synchronous=true");
                from("direct:here").to(to + "&executorService=#reader");
            }
        };
    }

    private static ClnRounds.Turn route(
            String name, Lightningd sender, Lightningd receiver, CamelContext camel, int inFlight) {
        Endpoint endpoint = camel.getEndpoint("direct:" + name);
        return count -> drained(sender, receiver, () -> ClosedLoop.run(endpoint, new byte[BYTES], count, inFlight));
    }

    private static Latencies drained(Lightningd sender, Lightningd receiver, Callable<Latencies> measured)
            throws Exception {
        Latencies taken = measured.call();
        sender.drain(receiver.nodeId());
        return taken;
    }
}

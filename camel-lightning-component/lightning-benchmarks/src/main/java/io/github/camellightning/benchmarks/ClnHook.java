// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.testkit.lightningd.SimulatedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Messages of peers into a route, through lightningd's custommsg hook, beside plugins in C and Python that do nothing with them. */
@Command(
        name = "cln-hook",
        description =
                "The custommsg hook into a Camel route beside plugins in C and Python; -Dlightningd=<binary>: of a real one too.")
final class ClnHook implements Callable<Integer> {

    private static final int MESSAGES = 10_000;
    private static final int SEVERAL = 4;
    private static final String ON_THE_READER = "route on the reader's thread";
    private static final int[] BYTES = {2, 100};

    @ParentCommand
    private @Nullable Benchmarks parent;

    @Mixin
    private ClnRounds rounds = new ClnRounds();

    @Override
    public Integer call() throws Exception {
        var report = Objects.requireNonNull(parent).report();
        report.machine();
        Path folder = Files.createTempDirectory("cln-hook");
        if (rounds.isWanted("simulated")) {
            try (var network = new SimulatedNetwork();
                    var daemon = Lightningd.Simulated.start(network, "receiver");
                    var senders = new Senders.Simulated(network, daemon.daemon(), SEVERAL)) {
                var routes = Map.of("route", new Receiver(daemon, senders));
                compare(report, "the simulated lightningd", routes, folder);
            }
        }
        if (rounds.isWanted("real") && Lightningd.Real.isThere()) {
            try (var daemon = Lightningd.Real.start(null);
                    var senders = new Senders.Peers(daemon, SEVERAL);
                    var pumping = Lightningd.Real.start(pathWithoutPython(folder));
                    var otherSenders = new Senders.Peers(pumping, SEVERAL)) {
                var routes = new LinkedHashMap<String, Receiver>();
                routes.put("route", new Receiver(daemon, senders));
                routes.put(ON_THE_READER, new Receiver(daemon, senders));
                routes.put("route, through socat", new Receiver(pumping, otherSenders));
                compare(report, "a real lightningd", routes, folder);
            }
        }
        return 0;
    }

    private record Receiver(Lightningd daemon, Senders senders) {}

    /** What the relay is left to do without python3: its next choice is socat. */
    private static String pathWithoutPython(Path folder) throws IOException {
        Path programs = Files.createDirectory(folder.resolve("bin"));
        for (String program : new String[] {"sh", "socat", "cat"}) {
            Path here = Stream.of(System.getenv("PATH").split(":", -1))
                    .map(directory -> Path.of(directory, program))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new IOException("There is no " + program + " here"));
            Files.createSymbolicLink(programs.resolve(program), here);
        }
        return programs.toString();
    }

    private void compare(Report report, String title, Map<String, Receiver> routes, Path folder) throws Exception {
        Receiver receiver = routes.values().iterator().next();
        var inC = CProgram.compile("hook-plugin", folder);
        if (inC.isEmpty()) {
            report.note("There is no C compiler, cc: the plugin in C is left out.");
        }
        Path inPython = CProgram.extract("hook-plugin.py", folder);
        for (int bytes : BYTES) {
            for (int senders : new int[] {1, SEVERAL}) {
                var contenders = new LinkedHashMap<String, ClnRounds.Turn>();
                routes.forEach((name, route) ->
                        contenders.put(name, turn(route(name, route.daemon), route.senders, senders, bytes)));
                contenders.put(
                        "Python plugin",
                        turn(
                                program(receiver, folder, "python3 '" + inPython + "'"),
                                receiver.senders,
                                senders,
                                bytes));
                inC.ifPresent(plugin -> contenders.put(
                        "C plugin",
                        turn(program(receiver, folder, "'" + plugin + "'"), receiver.senders, senders, bytes)));
                report.rates(
                        "custommsg hook of " + title + ", " + bytes + " bytes, peers: " + senders,
                        rounds.medians(contenders, MESSAGES));
            }
        }
    }

    private static HookContender route(String name, Lightningd daemon) {
        return name.equals(ON_THE_READER) ? HookContender.Route.onTheReader(daemon) : new HookContender.Route(daemon);
    }

    private static HookContender program(Receiver receiver, Path folder, String command) {
        return new HookContender.Program(receiver.daemon, folder, command);
    }

    private static ClnRounds.Turn turn(HookContender contender, Senders peers, int senders, int bytes) {
        return messages -> {
            int wanted = messages / senders * senders;
            double perSecond = contender.measure(wanted, () -> peers.send(senders, wanted, new byte[bytes]));
            return new Latencies(perSecond, Double.NaN, Double.NaN);
        };
    }
}

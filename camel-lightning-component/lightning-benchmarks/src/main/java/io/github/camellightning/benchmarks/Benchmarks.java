// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The load programs, each a subcommand; docs/benchmarks.md tells how to run them and what came out. */
@Command(
        name = "benchmarks",
        description =
                "Measures PeerNode beside other implementations and beside what the ciphers allow, and lightningd's client and plugin beside those in C.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            IdleClients.class,
            ClnSend.class,
            ClnHook.class,
            ClnRpcLarge.class,
            ClnRpcLargeClient.class,
            ClnSoak.class,
            AcknowledgedDelivery.class,
            AcknowledgedDeliveryLarge.class,
            CommandoCalls.class,
            KafkaBridges.class
        })
public final class Benchmarks {

    private static final int SMALL = 100;
    private static final int LARGE = 65_533;

    private final PrintWriter out;

    Benchmarks(PrintWriter out) {
        this.out = out;
    }

    /** Where subcommands print. */
    Report report() {
        return new Report(out);
    }

    public static void main(String[] args) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        System.exit(new CommandLine(new Benchmarks(out)).execute(args));
    }

    @Command(name = "one-way", description = "Messages of 100 bytes, as many a second as go.")
    void oneWay(@Mixin Rounds rounds) throws Exception {
        compare(rounds, "One way, 100 bytes", "messages/s", 1, oneWay(SMALL));
    }

    @Command(name = "large", description = "Messages of 65,533 bytes, as many a second as go.")
    void large(@Mixin Rounds rounds) throws Exception {
        compare(rounds, "One way, 65,533 bytes", "MB/s", LARGE / 1e6, oneWay(LARGE));
    }

    @Command(name = "echo", description = "Messages of 100 bytes there and back, one at a time.")
    void echo(@Mixin Rounds rounds) throws Exception {
        var contenders = new LinkedHashMap<String, Callable<Contender>>();
        contenders.put("PeerNode", () -> new NodeEcho(SMALL));
        contenders.put("lightning-kmp", () -> new KmpEcho(SMALL));
        contenders.put("ldk-java", () -> new LdkEcho(SMALL));
        compare(rounds, "Echo, 100 bytes", "round trips/s", 1, contenders);
    }

    @Command(name = "component", description = "Messages of 100 bytes from eight peers into a Camel route.")
    void component(@Mixin Rounds rounds) throws Exception {
        var contenders = new LinkedHashMap<String, Callable<Contender>>();
        contenders.put("PeerNode", () -> new CrowdToNode(SMALL));
        contenders.put("receipt", () -> new CrowdToRoute(SMALL, "receipt"));
        contenders.put("completion", () -> new CrowdToRoute(SMALL, "completion"));
        contenders.put("camel-netty", () -> new TcpToRoute(SMALL));
        compare(rounds, "Eight peers to one, 100 bytes", "messages/s", 1, contenders);
    }

    @Command(name = "idle", description = "Peers that do nothing: what they cost, and how fast they can come.")
    void idle(
            @Option(
                            names = {"-p", "--peers"},
                            defaultValue = "2000",
                            description = "How many (default: ${DEFAULT-VALUE}).")
                    int peers)
            throws Exception {
        var values = new Idle(peers).measure();
        var report = new Report(out);
        report.machine();
        report.values("Idle peers", values);
    }

    @Command(
            name = "jmh",
            description =
                    "Single computations by JMH: the cipher, the handshake, the codec. Takes JMH's own options after --.")
    void jmh(@Parameters(arity = "0..*") @Nullable List<String> options) throws Exception {
        org.openjdk.jmh.Main.main(options == null ? new String[0] : options.toArray(String[]::new));
    }

    private static Map<String, Callable<Contender>> oneWay(int bytes) {
        var contenders = new LinkedHashMap<String, Callable<Contender>>();
        contenders.put("PeerNode", () -> new NodeOneWay(bytes));
        contenders.put("lightning-kmp", () -> new KmpOneWay(bytes));
        contenders.put("ldk-java", () -> new LdkOneWay(bytes));
        contenders.put("cipher", () -> new CipherPipe(bytes));
        return contenders;
    }

    private void compare(
            Rounds rounds, String title, String unit, double scale, Map<String, Callable<Contender>> contenders)
            throws Exception {
        var measured = rounds.measure(contenders);
        var report = new Report(out);
        report.machine();
        report.speeds(title, unit, scale, measured);
    }
}

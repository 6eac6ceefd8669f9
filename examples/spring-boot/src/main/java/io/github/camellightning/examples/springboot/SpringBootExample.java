// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.springboot;

import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Alice's outbox to Bob's orders, each in an application with a database of its own; Bob's is restarted on the way. */
@Command(
        name = "spring-boot",
        mixinStandardHelpOptions = true,
        description = "Sends orders from a table of Alice's to one of Bob's over Lightning.")
public final class SpringBootExample implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 20;

    /** The part of what the actuator says that is the node's. */
    private static final Pattern NODE_STATUS = Pattern.compile("\"node\\.status\":\"(\\w+)\"");

    @Option(names = "--work", required = true, hidden = true, description = "Where the example keeps its files.")
    private Path work = Path.of("target/spring-boot");

    @Option(names = "--orders", paramLabel = "N", description = "How many orders Alice sends (default: 500).")
    private int orders = 500;

    private final PrintStream out;

    SpringBootExample(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    static int run(PrintStream out, String... args) {
        return new CommandLine(new SpringBootExample(out)).execute(args);
    }

    @Override
    public Integer call() throws Exception {
        Path fresh = work.resolve("run");
        FileSystemUtils.deleteRecursively(fresh);
        Files.createDirectories(fresh);
        Side bob = Side.start("bob", fresh, "lightning.peer-nodes.bob.listen=127.0.0.1:0");
        try {
            InetSocketAddress listening = Objects.requireNonNull(bob.node().listenAddress());
            String address = "127.0.0.1:" + listening.getPort();
            String id = bob.node().nodeId().hex();
            tell("Bob", "is peer %s; %s", id, readiness(bob));
            try (Side alice = Side.start("alice", fresh, "bob.id=" + id, "bob.address=" + address)) {
                tell("Alice", "is peer %s; %s", alice.node().nodeId(), readiness(alice));
                fill(alice);
                Side first = bob;
                await(() -> first.rows("orders") >= orders / 3);
                bob.close();
                tell("", "Bob's application is stopped; %,d orders wait in Alice's outbox.", alice.rows("outbox"));
                bob = Side.start("bob", fresh, "lightning.peer-nodes.bob.listen=" + address);
                tell("", "It is back.");
                await(() -> alice.rows("outbox") == 0);
                return summary(alice, bob);
            }
        } finally {
            bob.close();
        }
    }

    /** A side is ready when its node is up and its routes have begun. */
    private static String readiness(Side side) throws Exception {
        await(() -> side.readiness().statusCode() == 200);
        HttpResponse<String> answer = side.readiness();
        Matcher node = NODE_STATUS.matcher(answer.body());
        return "/actuator/health/readiness says " + answer.statusCode()
                + (node.find() ? ", its Lightning node is " + node.group(1) : ", and nothing of a Lightning node");
    }

    /** As an application of Alice's would: in one transaction with whatever else belongs to it. */
    private void fill(Side alice) {
        List<Object[]> rows = IntStream.rangeClosed(1, orders)
                .mapToObj(number -> new Object[] {number == orders ? "a doubtful order" : "order " + number})
                .toList();
        alice.database().batchUpdate("insert into outbox (content) values (?)", rows);
        alice.database().update("insert into outbox (content) values ('')");
        tell("Alice", "has %,d orders in her outbox, one of them doubtful, and an empty one", orders);
    }

    private static void await(Callable<Boolean> event) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!event.call() && System.nanoTime() < end) {
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private int summary(Side alice, Side bob) {
        long arrived = bob.rows("orders");
        long different = bob.rows("(select distinct content from orders)");
        tell("Bob", "has %,d orders, %,d of them different", arrived, different);
        List<String> reasons = alice.database().queryForList("select reason from dead_letters", String.class);
        reasons.forEach(reason -> tell("Alice", "has a dead letter: %s", reason));
        boolean complete = arrived == orders && different == orders && reasons.size() == 1;
        tell("", complete ? "Each order arrived once: all is well" : "Something is missing, or there twice");
        return complete ? 0 : 1;
    }

    private void tell(String who, String format, Object... values) {
        out.printf(Locale.ROOT, "%-6s %s%n", who, String.format(Locale.ROOT, format, values));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** That each program runs and reports; how fast, no test can say on a machine that does other things too. */
@Timeout(120)
class BenchmarksTest {

    private final StringWriter printed = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "one-way, PeerNode lightning-kmp ldk-java cipher",
        "large, PeerNode lightning-kmp ldk-java cipher",
        "echo, PeerNode lightning-kmp ldk-java",
        "component, PeerNode receipt completion camel-netty"
    })
    void aComparisonPrintsARowForEachContender(String program, String contenders) {
        run(program, "--rounds", "1", "--warm-up", "1", "--seconds", "0.01");

        assertThat(rows()).containsExactly(contenders.split(" "));
    }

    @Test
    void idlePeersArePaidForInHeapAndHandshakes() {
        run("idle", "--peers", "20");

        assertThat(rows())
                .containsExactly(
                        "idle peers",
                        "heap for each",
                        "direct memory in all, of the whole node",
                        "handshakes accepted, the dialling process beside it",
                        "handshakes, one thread doing nothing else",
                        "multiplications of a point, one thread");
    }

    @Test
    void sendcustommsgIsComparedOnTheSimulatedNodeWhereThereIsNoOther() {
        run("cln-send", "--rounds", "1", "--warm-up", "0", "--messages", "50", "--only", "simulated");

        assertThat(rows()).contains("Camel route, synchronous", "Camel route");
    }

    @Test
    void theHookIsComparedOnTheSimulatedNodeWhereThereIsNoOther() {
        run("cln-hook", "--rounds", "1", "--warm-up", "0", "--messages", "48", "--only", "simulated");

        assertThat(rows()).contains("route", "Python plugin");
    }

    @Test
    void topicsAreBridgedInEachWay() {
        run("kafka", "--rounds", "1", "--warm-up", "0", "--messages", "50");

        assertThat(rows()).contains("lightning-kafka-repository", "lightning", "camel-netty", "kafka");
    }

    private void run(String... arguments) {
        int exit = new CommandLine(new Benchmarks(new PrintWriter(printed))).execute(arguments);

        assertThat(exit).isZero();
    }

    private List<String> rows() {
        return printed.toString()
                .lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.substring(2, line.indexOf(" |", 2)))
                .skip(2)
                .toList();
    }
}

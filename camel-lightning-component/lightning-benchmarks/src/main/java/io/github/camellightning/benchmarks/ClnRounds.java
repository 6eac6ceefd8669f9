// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Option;

/** How often and how much; contenders take turns, so that what else the machine does meets all of them. */
final class ClnRounds {

    /** Does so many operations and says what they came to. */
    interface Turn {
        Latencies take(int operations) throws Exception;
    }

    @Option(
            names = {"-r", "--rounds"},
            defaultValue = "5",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = {"-w", "--warm-up"},
            defaultValue = "3",
            description = "Rounds before that (default: ${DEFAULT-VALUE}).")
    private int warmUps;

    @Option(
            names = {"-n", "--messages"},
            defaultValue = "0",
            description = "Messages a round (default: what the program thinks right).")
    private int messages;

    @Option(
            names = {"-o", "--only"},
            split = ",",
            description = "Measure only what is called so.")
    private List<String> only = List.of();

    boolean isWanted(String name) {
        return only.isEmpty() || only.contains(name);
    }

    /** How many rounds there are, those before the ones that count included. */
    int all() {
        return warmUps + rounds;
    }

    boolean counts(int round) {
        return round >= warmUps;
    }

    int messages(int otherwise) {
        return messages > 0 ? messages : otherwise;
    }

    /** The medians of the rounds that count, by the contender's name. */
    Map<String, Latencies> medians(Map<String, Turn> contenders, int operations) throws Exception {
        // what is named may be a node that all of them use
        boolean named = contenders.keySet().stream().anyMatch(only::contains);
        var measured = new LinkedHashMap<String, List<Latencies>>();
        for (int round = 0; round < all(); round++) {
            for (var each : contenders.entrySet()) {
                if (named && !isWanted(each.getKey())) {
                    continue;
                }
                Latencies taken = each.getValue().take(messages(operations));
                if (counts(round)) {
                    measured.computeIfAbsent(each.getKey(), name -> new ArrayList<>())
                            .add(taken);
                }
            }
        }
        var medians = new LinkedHashMap<String, Latencies>();
        measured.forEach((name, taken) -> medians.put(name, medians(taken)));
        return medians;
    }

    static Latencies medians(List<Latencies> taken) {
        return new Latencies(
                median(taken, Latencies::perSecond), median(taken, Latencies::p50), median(taken, Latencies::p99));
    }

    static double median(List<Latencies> taken, ToDoubleFunction<Latencies> value) {
        double[] sorted = taken.stream().mapToDouble(value).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

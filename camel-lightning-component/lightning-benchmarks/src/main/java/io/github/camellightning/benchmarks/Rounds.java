// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/**
 * Measures contenders by turns, so that what else the machine does meets all of them. Each round of each takes about the same time: the
 * rounds of the warm-up, which count for nothing, find out how many operations that is.
 */
final class Rounds {

    private static final int FIRST_OPERATIONS = 100;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    @Option(
            names = {"-r", "--rounds"},
            defaultValue = "7",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = {"-w", "--warm-up"},
            defaultValue = "5",
            description = "Rounds before that (default: ${DEFAULT-VALUE}).")
    private int warmUps;

    @Option(
            names = {"-s", "--seconds"},
            defaultValue = "1",
            description = "How long a round takes, about (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = {"-o", "--only"},
            split = ",",
            description = "Measure only what is called so.")
    private List<String> only = List.of();

    /** Each round that counts, by the contender's name. */
    Map<String, List<Measured>> measure(Map<String, Callable<Contender>> contenders) throws Exception {
        var measured = new LinkedHashMap<String, List<Measured>>();
        var lanes = new ArrayList<Lane>();
        try {
            for (var each : contenders.entrySet()) {
                if (only.isEmpty() || only.contains(each.getKey())) {
                    var ofOne = new ArrayList<Measured>();
                    measured.put(each.getKey(), ofOne);
                    lanes.add(new Lane(each.getValue().call(), ofOne));
                }
            }
            for (int round = 0; round < warmUps + rounds; round++) {
                for (Lane lane : lanes) {
                    lane.run(round >= warmUps);
                }
            }
        } finally {
            for (Lane lane : lanes) {
                lane.contender.close();
            }
        }
        return measured;
    }

    private final class Lane {

        private final Contender contender;
        private final List<Measured> measured;
        private int operations = FIRST_OPERATIONS;

        Lane(Contender contender, List<Measured> measured) {
            this.contender = contender;
            this.measured = measured;
        }

        void run(boolean counts) throws Exception {
            long began = System.nanoTime();
            long cpuBegan = PROCESS.getProcessCpuTime();
            contender.run(operations);
            double perSecond = operations * 1e9 / (System.nanoTime() - began);
            if (counts) {
                measured.add(new Measured(perSecond, (double) (PROCESS.getProcessCpuTime() - cpuBegan) / operations));
            } else {
                operations = (int) Math.max(FIRST_OPERATIONS, perSecond * seconds);
            }
        }
    }
}

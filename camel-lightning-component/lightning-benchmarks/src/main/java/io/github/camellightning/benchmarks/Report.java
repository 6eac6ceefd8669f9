// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A table of what was measured, in Markdown. */
final class Report {

    private final PrintWriter out;

    Report(PrintWriter out) {
        this.out = out;
    }

    /** Says once on what everything below ran. */
    void machine() {
        out.printf(
                Locale.ROOT,
                "JDK %s (%s), %d processors%n%n",
                Runtime.version(),
                System.getProperty("java.vm.name"),
                Runtime.getRuntime().availableProcessors());
    }

    /**
     * One row for each contender; the first is what the others are compared to.
     *
     * @param scale from operations to the unit
     */
    void speeds(String title, String unit, double scale, Map<String, List<Measured>> measured) {
        out.printf("| %s | %s, median | lowest to highest | the first against it | CPU, µs each |%n", title, unit);
        out.println("| --- | ---: | ---: | ---: | ---: |");
        double first = median(measured.values().iterator().next(), Measured::perSecond);
        measured.forEach((name, rounds) -> {
            double median = median(rounds, Measured::perSecond);
            var speeds = rounds.stream().mapToDouble(Measured::perSecond).summaryStatistics();
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f to %,.0f | %.2f | %,.1f |%n",
                    name,
                    scale * median,
                    scale * speeds.getMin(),
                    scale * speeds.getMax(),
                    first / median,
                    median(rounds, Measured::cpuNanos) / 1e3);
        });
        out.println();
        out.flush();
    }

    /** One row for each contender; the last is what the others are compared to: its speed is the limit. */
    void latencies(String title, Map<String, Latencies> measured) {
        out.printf("| %s | a second | of the last | p50, µs | of the last | p99, µs | of the last |%n", title);
        out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        Latencies last = List.copyOf(measured.values()).get(measured.size() - 1);
        measured.forEach((name, each) -> out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %.2f | %,.0f | %.2f | %,.0f | %.2f |%n",
                name,
                each.perSecond(),
                each.perSecond() / last.perSecond(),
                each.p50(),
                each.p50() / last.p50(),
                each.p99(),
                each.p99() / last.p99()));
        out.println();
        out.flush();
    }

    /** The same without what one operation takes. */
    void rates(String title, Map<String, Latencies> measured) {
        out.printf("| %s | a second | of the last |%n| --- | ---: | ---: |%n", title);
        Latencies last = List.copyOf(measured.values()).get(measured.size() - 1);
        measured.forEach((name, each) -> out.printf(
                Locale.ROOT, "| %s | %,.0f | %.2f |%n", name, each.perSecond(), each.perSecond() / last.perSecond()));
        out.println();
        out.flush();
    }

    /** From topic to topic. */
    void passages(String title, Map<String, KafkaPipeline.Passage> measured) {
        out.printf("| %s | a second | of the last | p50, ms | p99, ms | CPU, µs each | of the last |%n", title);
        out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        KafkaPipeline.Passage last = List.copyOf(measured.values()).get(measured.size() - 1);
        measured.forEach((name, each) -> out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %.2f | %,.1f | %,.1f | %,.0f | %.2f |%n",
                name,
                each.latencies().perSecond(),
                each.latencies().perSecond() / last.latencies().perSecond(),
                each.latencies().p50() / 1e3,
                each.latencies().p99() / 1e3,
                each.cpuMicros(),
                each.cpuMicros() / last.cpuMicros()));
        out.println();
        out.flush();
    }

    void note(String text) {
        out.println(text);
        out.println();
        out.flush();
    }

    void values(String title, Map<String, String> values) {
        out.printf("| %s | |%n| --- | ---: |%n", title);
        values.forEach((name, value) -> out.printf("| %s | %s |%n", name, value));
        out.println();
        out.flush();
    }

    private static double median(List<Measured> rounds, ToDoubleFunction<Measured> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

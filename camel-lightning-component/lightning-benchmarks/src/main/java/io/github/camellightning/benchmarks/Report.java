// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
    void speeds(String title, String unit, double scale, Map<String, List<Double>> measured) {
        out.printf("| %s | %s, median | lowest to highest | the first against it |%n", title, unit);
        out.println("| --- | ---: | ---: | ---: |");
        double first = median(measured.values().iterator().next());
        measured.forEach((name, rates) -> {
            var sorted = rates.stream().sorted().toList();
            out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f to %,.0f | %.2f |%n",
                    name,
                    scale * median(rates),
                    scale * sorted.get(0),
                    scale * sorted.get(sorted.size() - 1),
                    first / median(rates));
        });
        out.println();
        out.flush();
    }

    void values(String title, Map<String, String> values) {
        out.printf("| %s | |%n| --- | ---: |%n", title);
        values.forEach((name, value) -> out.printf("| %s | %s |%n", name, value));
        out.println();
        out.flush();
    }

    static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}

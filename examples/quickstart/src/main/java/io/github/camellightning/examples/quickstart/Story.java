// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.examples.quickstart;

import java.io.PrintStream;
import java.util.Locale;

/** What the example says while it runs, and what it counts for its summary. */
final class Story {

    private final PrintStream out;
    private int delivered;
    private int failed;

    Story(PrintStream out) {
        this.out = out;
    }

    synchronized void tell(String who, String format, Object... values) {
        out.printf(Locale.ROOT, "%-6s %s%n", who, String.format(Locale.ROOT, format, values));
    }

    synchronized void delivered(String file) {
        delivered++;
        tell("Alice", "done/%s: Bob has it", file);
        notifyAll();
    }

    synchronized void failed(String file, String reason) {
        failed++;
        tell("Alice", "failed/%s: %s", file, reason);
        notifyAll();
    }

    /** Waits until so many files are done or failed, or until none has been for so long. */
    synchronized void awaitSettled(int files, long patienceMillis) throws InterruptedException {
        int settled = -1;
        while (settled < delivered + failed && delivered + failed < files) {
            settled = delivered + failed;
            wait(patienceMillis);
        }
    }

    synchronized int deliveredCount() {
        return delivered;
    }

    synchronized int failedCount() {
        return failed;
    }
}

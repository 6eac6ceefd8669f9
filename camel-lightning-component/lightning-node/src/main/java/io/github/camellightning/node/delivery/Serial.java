// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, on the thread of whoever brings the first of them: no thread is woken for a task, and what they touch needs no lock.
 */
final class Serial implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Serial.class);

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            do {
                run(tasks.remove());
            } while (waiting.decrementAndGet() > 0);
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable fault) {
            // also what no Java method may throw and other languages' do: those behind it are to run all the same
            LOG.error(
                    "A step of acknowledged delivery failed, a fault of this library. Report it with what follows",
                    fault);
        }
    }
}

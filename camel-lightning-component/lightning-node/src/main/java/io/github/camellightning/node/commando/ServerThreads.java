// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads on which a server reads what is large, and the one that looks at the clock. */
final class ServerThreads implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CommandoServer.class);
    private static final int MAX_THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());
    private static final long IDLE_SECONDS = 10;

    private final AtomicInteger count = new AtomicInteger();
    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor timer;

    ServerThreads() {
        workers = new ThreadPoolExecutor(
                MAX_THREADS,
                MAX_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> newThread(task, "lightning-commando-server-" + count.incrementAndGet()));
        workers.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, task -> newThread(task, "lightning-commando-server-timer"));
    }

    private static Thread newThread(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void execute(Runnable task) {
        try {
            workers.execute(() -> run(task));
        } catch (RejectedExecutionException closed) {
            // all calls are dropped, and each gives back what it has as it ends
            run(task);
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error fault) {
            LOG.error("A step of serving commando failed, a fault of this library. Report it with what follows", fault);
        }
    }

    void every(long millis, Runnable task) {
        timer.scheduleWithFixedDelay(() -> run(task), millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdown();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The one thread of a node: all of its state is touched here and nowhere else, as in lightningd. */
final class EventLoop implements Executor, AutoCloseable {

    /** What a channel wakes when it is ready. */
    interface Ready {
        void ready(SelectionKey key) throws IOException;
    }

    static final class Timer {
        private final long due;
        private final Runnable task;
        private boolean cancelled;

        private Timer(long due, Runnable task) {
            this.due = due;
            this.task = task;
        }

        void cancel() {
            cancelled = true;
        }
    }

    private static final long PATIENCE_SECONDS = 30;
    /** Then the sockets have their turn. */
    private static final int TASKS_AT_A_TIME = 1_000;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(timer -> timer.due));
    private final Selector selector;
    private final Thread thread;
    private final Consumer<Throwable> failures;
    private volatile boolean closed;

    EventLoop(String name, Consumer<Throwable> failures) {
        this.failures = failures;
        try {
            this.selector = Selector.open();
        } catch (IOException noSelector) {
            throw new UncheckedIOException(noSelector);
        }
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /** Runs it on the loop and waits, unless this is the loop. */
    <T> T call(Supplier<T> question) {
        if (Thread.currentThread() == thread) {
            return question.get();
        }
        var answer = new CompletableFuture<T>();
        execute(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException failed) {
                answer.completeExceptionally(failed);
            }
        });
        return await(answer);
    }

    /** It does nothing else until the latch is counted down. */
    CountDownLatch hang() {
        var latch = new CountDownLatch(1);
        var hangs = new CompletableFuture<Boolean>();
        execute(() -> {
            hangs.complete(true);
            try {
                latch.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        await(hangs);
        return latch;
    }

    static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            var cause = failed.getCause();
            throw new IllegalStateException(cause == null ? "failed" : cause.getMessage(), cause);
        } catch (TimeoutException hangs) {
            throw new IllegalStateException("The simulated lightningd does not answer", hangs);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", interrupted);
        }
    }

    /** On the loop only, like {@link #register}. */
    Timer after(Duration delay, Runnable task) {
        var timer = new Timer(System.nanoTime() + delay.toNanos(), task);
        timers.add(timer);
        return timer;
    }

    SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations, ready);
    }

    /** Runs what it has been given, and ends. */
    void finish() {
        closed = true;
        selector.wakeup();
    }

    @Override
    public void close() {
        finish();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (selector) {
            while (!closed) {
                if (tasks.isEmpty()) {
                    selector.select(this::ready, pause());
                } else {
                    selector.selectNow(this::ready);
                }
                runTasks();
                runTimers();
            }
            runTasks();
        } catch (IOException | ClosedSelectorException broken) {
            failures.accept(broken);
        }
    }

    /** In milliseconds, 0 for ever. */
    private long pause() {
        var next = timers.peek();
        if (next == null) {
            return 0;
        }
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(next.due - System.nanoTime()) + 1);
    }

    private void ready(SelectionKey key) {
        guarded(() -> ((Ready) key.attachment()).ready(key));
    }

    private void runTasks() {
        Runnable task;
        for (int i = 0; i < TASKS_AT_A_TIME && (task = tasks.poll()) != null; i++) {
            guarded(task::run);
        }
    }

    private void runTimers() {
        for (var next = timers.peek(); next != null && next.due - System.nanoTime() <= 0; next = timers.peek()) {
            timers.poll();
            if (!next.cancelled) {
                guarded(next.task::run);
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private void guarded(Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException | StackOverflowError broken) {
            failures.accept(broken);
        }
    }
}

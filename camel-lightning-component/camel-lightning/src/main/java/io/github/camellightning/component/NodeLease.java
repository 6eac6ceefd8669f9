// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One context's use of one node: a start, repeated until it succeeds where that is wanted, and the one stop that it is owed. */
final class NodeLease {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);

    /** Longer than a node waits for its daemon by default, which has better words for what went wrong. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Longer than a node takes for what is in flight, 10 s, and for telling its daemon, 1 s. */
    private static final long STOP_SECONDS = 15;

    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    private enum State {
        IDLE,
        STARTING,
        STARTED,
        CLOSED
    }

    private final LightningNode node;
    private final ScheduledExecutorService timer;
    private final Duration patience;
    private State state = State.IDLE;
    private boolean mustStart;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private CompletableFuture<Void> attempt = CompletableFuture.completedFuture(null);
    private volatile @Nullable String failure;

    /** @param patience with a start that must succeed */
    NodeLease(LightningNode node, ScheduledExecutorService timer, Duration patience) {
        this.node = node;
        this.timer = timer;
        this.patience = patience;
    }

    /** A node that somebody must have is not one to wait for. */
    synchronized void startupMode(StartupMode mode) {
        mustStart |= mode == StartupMode.FAIL;
    }

    /** Why the last attempt to start failed; null where none did. */
    @Nullable
    String failure() {
        return failure;
    }

    /**
     * Starts the node unless that was done, and waits for it where it must succeed.
     *
     * @throws LightningException where it did not
     */
    void start() throws InterruptedException {
        await(begin());
    }

    /** Begins the start, unless that was done. */
    synchronized CompletableFuture<Void> begin() {
        if (state == State.IDLE) {
            state = State.STARTING;
            CompletableFuture<Void> starting = startNode();
            attempt = starting;
            starting.whenComplete((started, error) -> ended(error));
        }
        return attempt;
    }

    void await(CompletableFuture<Void> starting) throws InterruptedException {
        if (!isMustStart()) {
            return;
        }
        try {
            starting.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new LightningException("The Lightning node did not start: " + reason(failed), cause(failed));
        } catch (TimeoutException late) {
            throw new LightningException(
                    "The Lightning node did not start within " + patience.toSeconds() + " s", late);
        }
    }

    private synchronized boolean isMustStart() {
        return mustStart;
    }

    private CompletableFuture<Void> startNode() {
        try {
            return node.start().toCompletableFuture();
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private synchronized void ended(@Nullable Throwable error) {
        failure = error == null ? null : reason(error);
        if (error == null) {
            if (state == State.CLOSED) {
                stopNode();
            } else {
                state = State.STARTED;
            }
        } else if (state != State.CLOSED) {
            state = State.IDLE;
            if (!mustStart) {
                tryAgainLater();
            }
        }
    }

    private void tryAgainLater() {
        long pause = ThreadLocalRandom.current().nextLong(pauseMillis / 2, pauseMillis * 3 / 2);
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        LOG.warn(
                "The Lightning node did not start, trying again in {} ms, for startupMode is reconnect. What stands in the way: {}",
                pause,
                failure);
        timer.schedule(this::begin, pause, TimeUnit.MILLISECONDS);
    }

    /** Gives the node back if it was started, and waits until it is down or has taken its time. */
    void close() {
        CompletableFuture<?> stopping;
        synchronized (this) {
            State before = state;
            state = State.CLOSED;
            if (before != State.STARTED) {
                // a start that is under way gives it back when it succeeds
                return;
            }
            stopping = stopNode().toCompletableFuture();
        }
        try {
            stopping.get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            LOG.warn(
                    "The Lightning node did not stop cleanly, and what it held may be free only when this process ends: restart the process before another node takes its key, port or relay. What stood in the way: {}",
                    reason(failed));
        } catch (TimeoutException late) {
            LOG.warn(
                    "The Lightning node did not stop within {} s, and what it held may be free only when this process ends: restart the process before another node takes its key, port or relay",
                    STOP_SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletionStage<?> stopNode() {
        try {
            return node.stop();
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = cause(failure);
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}

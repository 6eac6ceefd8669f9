// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.PeerAddress;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps a configured peer connected: dials, and dials again, ever more rarely while it does not answer. */
final class Redial {

    private final PeerAddress address;
    private final Function<PeerAddress, CompletionStage<Void>> dial;
    private final EventExecutor timer;
    private final PeerLimits limits;
    private final PeerLog log;
    private final LongAdder reconnects;

    private long delayMillis;
    private boolean stopped;
    private boolean lost;
    private @Nullable Future<?> scheduled;
    private volatile @Nullable String lastFailure;

    Redial(
            PeerAddress address,
            Function<PeerAddress, CompletionStage<Void>> dial,
            EventExecutor timer,
            PeerLimits limits,
            PeerLog log,
            LongAdder reconnects) {
        this.address = address;
        this.dial = dial;
        this.timer = timer;
        this.limits = limits;
        this.log = log;
        this.reconnects = reconnects;
        this.delayMillis = limits.getRedialMinMillis();
    }

    void start() {
        timer.execute(this::attempt);
    }

    /** The peer is gone after having been there for so long. */
    void disconnected(long upNanos) {
        timer.execute(() -> {
            lost = true;
            if (upNanos >= TimeUnit.MILLISECONDS.toNanos(limits.getRedialResetMillis())) {
                delayMillis = limits.getRedialMinMillis();
            }
            attemptLater();
        });
    }

    /** Why the last dial came to nothing; null where it did not. */
    @Nullable
    String lastFailure() {
        return lastFailure;
    }

    void stop() {
        timer.execute(() -> {
            stopped = true;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
        });
    }

    private void attempt() {
        scheduled = null;
        if (stopped) {
            return;
        }
        dial.apply(address).whenComplete((connected, failure) -> {
            lastFailure = failure == null ? null : Failures.message(failure);
            if (failure == null) {
                timer.execute(this::cameBack);
            } else {
                log.warn(
                        address.toString(),
                        "cannot be reached, dialling again; does it run, and is its address in the option peers right? ",
                        Failures.message(failure));
                timer.execute(this::attemptLater);
            }
        });
    }

    private void cameBack() {
        if (lost) {
            lost = false;
            reconnects.increment();
        }
    }

    private void attemptLater() {
        if (stopped || scheduled != null) {
            return;
        }
        long jittered = Math.round(delayMillis * ThreadLocalRandom.current().nextDouble(0.5, 1.5));
        long most = limits.getRedialMaxMillis();
        delayMillis = delayMillis > most / 2 ? most : 2 * delayMillis;
        scheduled = timer.schedule(this::attempt, jittered, TimeUnit.MILLISECONDS);
    }
}

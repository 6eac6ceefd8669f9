// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Synchronization;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way: from the node into a lane, through the route, until the exchange is done wherever its unit of work went.
 * The stage that the node waits for is a thing of its own: it may be completed before.
 */
final class Delivery implements Synchronization, Deadlines.Expiring {

    private enum Progress {
        WAITING,
        /** The route has it, on the lane's thread. */
        RUNNING,
        /** The lane's turn is over and the exchange is not done: whoever completes it has the lane go on. */
        ELSEWHERE,
        DONE
    }

    private static final CompletionStage<Void> RELEASED = CompletableFuture.completedFuture(null);

    private final ReceivedMessage received;
    private final Lanes lanes;
    private final AtomicReference<Progress> progress = new AtomicReference<>(Progress.WAITING);
    private volatile @Nullable CompletableFuture<Void> stage;
    private volatile long deadline;
    private volatile @Nullable PeerLane lane;

    Delivery(ReceivedMessage received, Lanes lanes) {
        this.received = received;
        this.lanes = lanes;
    }

    ReceivedMessage received() {
        return received;
    }

    NodeId peer() {
        return received.peer();
    }

    void enter(PeerLane entered) {
        lane = entered;
    }

    PeerLane lane() {
        return Objects.requireNonNull(lane, "in no lane yet");
    }

    /** What the node waits for: nothing, where the stage was never opened. */
    CompletionStage<Void> stage() {
        CompletableFuture<Void> opened = stage;
        return opened == null ? RELEASED : opened;
    }

    /** Has the node wait from now on. */
    void open() {
        if (stage == null) {
            stage = new CompletableFuture<>();
        }
        if (isDone()) {
            // it was done before it had a stage to complete
            release();
        }
    }

    /** Lets the node go on; once is enough. */
    void release() {
        CompletableFuture<Void> opened = stage;
        if (opened != null) {
            opened.complete(null);
        }
    }

    /** Runs the route; true where the exchange is done by then, so that the lane may go on at once. */
    boolean run() {
        progress.set(Progress.RUNNING);
        lanes.route(this);
        return !progress.compareAndSet(Progress.RUNNING, Progress.ELSEWHERE);
    }

    /** Nobody will run it. */
    void abandon() {
        progress.set(Progress.DONE);
        lanes.counters().dropped().increment();
    }

    boolean isDone() {
        return progress.get() == Progress.DONE;
    }

    @Override
    public void onComplete(Exchange exchange) {
        done(true);
    }

    @Override
    public void onFailure(Exchange exchange) {
        done(false);
    }

    private void done(boolean handled) {
        Progress before = progress.getAndSet(Progress.DONE);
        if (before == Progress.DONE) {
            return;
        }
        (handled ? lanes.counters().handled() : lanes.counters().failed()).increment();
        if (before == Progress.ELSEWHERE) {
            lane().resumeAfter(this);
        }
    }

    void deadline(long nanoTime) {
        deadline = nanoTime;
    }

    @Override
    public long deadline() {
        return deadline;
    }

    @Override
    public void expire() {
        lanes.overdue(this);
    }
}

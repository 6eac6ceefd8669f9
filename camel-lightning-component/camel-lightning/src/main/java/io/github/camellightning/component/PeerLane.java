// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one peer, one after the other. A lane runs on a thread of the pool while it has something to do and is dropped when
 * it is empty, for peers come and go.
 */
final class PeerLane implements Runnable {

    /** How many messages a lane may run before it queues up for a thread again, behind other lanes. */
    private static final int TURN = 64;

    /** The size of a lane that was dropped; it stays negative whatever is added. */
    private static final int DROPPED = Integer.MIN_VALUE;

    private final NodeId peer;
    private final Lanes lanes;
    private final Queue<Delivery> waiting = new ConcurrentLinkedQueue<>();
    /** Those waiting, and the one that runs. Who brings it from 0 to 1 has the lane run. */
    private final AtomicInteger size = new AtomicInteger();

    /** Whether one of them is done but counts still. */
    private volatile boolean ending;

    /** The one that runs, or ran last. */
    private volatile @Nullable Delivery current;

    PeerLane(NodeId peer, Lanes lanes) {
        this.peer = peer;
        this.lanes = lanes;
    }

    NodeId peer() {
        return peer;
    }

    /** How many wait or run. */
    int size() {
        int counted = size.get();
        return Math.max(0, ending ? counted - 1 : counted);
    }

    /** Adds a message; false where the lane was dropped, so that another is wanted. */
    boolean add(Delivery delivery) {
        delivery.enter(this);
        waiting.add(delivery);
        int before = size.getAndIncrement();
        if (before == 0) {
            lanes.begin(this);
        }
        return before >= 0;
    }

    /** The one that runs, else the first that waits, if any. */
    Stream<ReceivedMessage> oldest() {
        Delivery running = current;
        Delivery oldest = running == null || running.isDone() ? waiting.peek() : running;
        return Stream.ofNullable(oldest).map(Delivery::received);
    }

    @Override
    public void run() {
        for (int i = 0; i < TURN; i++) {
            Delivery delivery = waiting.remove();
            current = delivery;
            if (!delivery.run() || !goOnAfter(delivery)) {
                return;
            }
        }
        lanes.execute(this);
    }

    /** A message is done that was not when its turn was over. */
    void resumeAfter(Delivery delivery) {
        if (goOnAfter(delivery)) {
            lanes.execute(this);
        }
    }

    /**
     * Counts a message as done, and says whether another waits. The node is released while the message still counts, for it may
     * answer on this very thread with the next one, which then runs here instead of asking the pool for a thread.
     */
    private boolean goOnAfter(Delivery delivery) {
        ending = true;
        int leftOfAll = lanes.release(delivery);
        int left = size.decrementAndGet();
        ending = false;
        lanes.finished(left, leftOfAll);
        if (left == 0 && size.compareAndSet(0, DROPPED)) {
            lanes.drop(this);
        }
        return left > 0;
    }

    /** Gives up all that waits: there is no thread to run it. */
    void abandon() {
        Delivery delivery;
        do {
            delivery = waiting.remove();
            delivery.abandon();
        } while (goOnAfter(delivery));
    }
}

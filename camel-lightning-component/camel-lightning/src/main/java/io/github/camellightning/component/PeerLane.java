// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

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

    PeerLane(NodeId peer, Lanes lanes) {
        this.peer = peer;
        this.lanes = lanes;
    }

    NodeId peer() {
        return peer;
    }

    int size() {
        return Math.max(0, size.get());
    }

    /** Adds a message and says how many there are with it; negative where the lane was dropped, so that another is wanted. */
    int add(Delivery delivery) {
        delivery.enter(this);
        waiting.add(delivery);
        int before = size.getAndIncrement();
        if (before == 0) {
            lanes.execute(this);
        }
        return before + 1;
    }

    @Override
    public void run() {
        for (int i = 0; i < TURN; i++) {
            Delivery delivery = waiting.remove();
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

    /** Counts a message as done, and says whether another waits. */
    private boolean goOnAfter(Delivery delivery) {
        int left = size.decrementAndGet();
        // after the count: the node may answer a completed stage with the next message at once
        lanes.finished(delivery, left);
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

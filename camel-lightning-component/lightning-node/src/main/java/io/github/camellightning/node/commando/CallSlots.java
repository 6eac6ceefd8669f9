// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How many calls run at once, of a peer and in all. Those of one peer begin in their order; peers whose calls wait take turns. */
final class CallSlots {

    /** The calls of a peer. It stays while one runs, so that a peer that reconnects has no second allowance. */
    private static final class Lane {
        private final NodeId peer;
        private final Deque<ServedCall> waiting = new ArrayDeque<>(0);
        private long waitingBytes;
        private int running;
        /** Some thread takes calls from here, and looks again when it has begun one. */
        private boolean beginning;
        /** It waits for a place that another peer gives back. */
        private boolean queued;

        Lane(NodeId peer) {
            this.peer = peer;
        }
    }

    /** Of the requests of one peer that wait: all share the memory. */
    private static final long MAX_WAITING_BYTES = 4L << 20;

    private final int maxPerPeer;
    private final int max;
    private final int maxWaiting;
    private final Consumer<ServedCall> begin;
    private final Map<NodeId, Lane> lanes = new HashMap<>();
    private final Deque<Lane> turns = new ArrayDeque<>();
    private int running;

    /** @param begin runs a call without waiting for its end, which is told by {@link #ended} */
    CallSlots(CommandoServerSettings settings, Consumer<ServedCall> begin) {
        this.maxPerPeer = settings.inFlightPerPeer();
        this.max = settings.inFlight();
        this.maxWaiting = settings.waitingPerPeer();
        this.begin = begin;
    }

    /** False where the peer has too many that wait, or too large ones. */
    boolean add(ServedCall call) {
        Lane lane;
        synchronized (this) {
            lane = lanes.computeIfAbsent(call.peer(), Lane::new);
            if (lane.waiting.size() >= maxWaiting || lane.waitingBytes + call.size() > MAX_WAITING_BYTES) {
                return false;
            }
            lane.waiting.add(call);
            lane.waitingBytes += call.size();
        }
        beginSome(lane);
        return true;
    }

    /** Another of the peer's, or of another peer's, has its place. */
    void ended(ServedCall call) {
        Lane lane;
        Lane other;
        synchronized (this) {
            lane = lanes.get(call.peer());
            running--;
            if (lane != null) {
                lane.running--;
            }
            other = nextTurn();
        }
        if (other != null) {
            beginSome(other);
        }
        if (lane != null && lane != other) {
            beginSome(lane);
        }
    }

    /** One that can use the place: those that run as many as they may look again when one of theirs ends. */
    private @Nullable Lane nextTurn() {
        for (Lane next = turns.poll(); next != null; next = turns.poll()) {
            next.queued = false;
            if (!next.waiting.isEmpty() && next.running < maxPerPeer) {
                return next;
            }
        }
        return null;
    }

    private void beginSome(Lane lane) {
        for (ServedCall call = take(lane, true); call != null; call = take(lane, false)) {
            begin.accept(call);
        }
    }

    /** @param first whether the thread is new to this lane */
    private synchronized @Nullable ServedCall take(Lane lane, boolean first) {
        if (first && lane.beginning) {
            return null;
        }
        lane.beginning = false;
        if (lane.waiting.isEmpty()) {
            if (lane.running == 0) {
                lanes.remove(lane.peer, lane);
            }
            return null;
        }
        if (lane.running >= maxPerPeer) {
            return null;
        }
        if (running >= max) {
            if (!lane.queued) {
                lane.queued = true;
                turns.add(lane);
            }
            return null;
        }
        lane.beginning = true;
        lane.running++;
        running++;
        ServedCall next = lane.waiting.remove();
        lane.waitingBytes -= next.size();
        return next;
    }

    /** Those of a peer that did not begin, which will not. */
    synchronized List<ServedCall> removeWaiting(NodeId peer) {
        Lane lane = lanes.get(peer);
        if (lane == null) {
            return List.of();
        }
        var removed = new ArrayList<>(lane.waiting);
        lane.waiting.clear();
        lane.waitingBytes = 0;
        if (lane.queued) {
            lane.queued = false;
            turns.remove(lane);
        }
        if (lane.running == 0 && !lane.beginning) {
            lanes.remove(peer, lane);
        }
        return removed;
    }

    synchronized int running() {
        return running;
    }

    synchronized int peers() {
        return lanes.size();
    }
}

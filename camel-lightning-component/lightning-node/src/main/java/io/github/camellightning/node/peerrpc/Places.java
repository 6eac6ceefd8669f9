// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Room for calls being served, and for errors that wait to be written: what a peer may have here at a time. */
final class Places {

    enum Admission {
        ADMITTED,
        FULL,
        /** A call with this id is being served: a reply could not be told from the other's. */
        SAME_ID
    }

    private static final class Lane {
        private final Set<ServedCall> calls = new HashSet<>();
        /** Of calls whose replies may go out. */
        private final Map<JsonNode, ServedCall> ids = new HashMap<>();

        private int errors;

        boolean isUnused() {
            return calls.isEmpty() && errors == 0;
        }
    }

    private final int mostPerPeer;
    private final int most;
    private final Map<NodeId, Lane> lanes = new HashMap<>();
    private int served;
    private @Nullable CompletableFuture<Void> idle;

    Places(int mostPerPeer, int most) {
        this.mostPerPeer = mostPerPeer;
        this.most = most;
    }

    synchronized Admission enter(ServedCall call) {
        Lane lane = lanes.computeIfAbsent(call.peer(), peer -> new Lane());
        try {
            if (lane.calls.size() >= mostPerPeer || served >= most) {
                return Admission.FULL;
            }
            if (call.id() != null && lane.ids.putIfAbsent(call.id(), call) != null) {
                return Admission.SAME_ID;
            }
            lane.calls.add(call);
            served++;
            return Admission.ADMITTED;
        } finally {
            removeIfUnused(call.peer(), lane);
        }
    }

    /** Whether a reply is wanted, and the connection on which it was is still there. */
    synchronized boolean mayReply(ServedCall call) {
        Lane lane = lanes.get(call.peer());
        return lane != null && call.id() != null && lane.ids.get(call.id()) == call;
    }

    void leave(ServedCall call) {
        CompletableFuture<Void> awaited = left(call);
        if (awaited != null) {
            awaited.complete(null);
        }
    }

    /** @return what is to be completed, under no lock: who waits for that may do anything */
    private synchronized @Nullable CompletableFuture<Void> left(ServedCall call) {
        Lane lane = lanes.get(call.peer());
        if (lane == null || !lane.calls.remove(call)) {
            return null;
        }
        served--;
        if (call.id() != null) {
            lane.ids.remove(call.id(), call);
        }
        removeIfUnused(call.peer(), lane);
        if (served > 0) {
            return null;
        }
        CompletableFuture<Void> awaited = idle;
        idle = null;
        return awaited;
    }

    /** Completes when no call is being served, which it may be now. */
    synchronized CompletionStage<Void> idle() {
        if (served == 0) {
            return CompletableFuture.completedFuture(null);
        }
        if (idle == null) {
            idle = new CompletableFuture<>();
        }
        return idle;
    }

    /** @return whether one more error may be written to a peer; then {@link #errorWritten} follows */
    synchronized boolean mayWriteError(NodeId peer) {
        Lane lane = lanes.computeIfAbsent(peer, never -> new Lane());
        if (lane.errors >= mostPerPeer) {
            return false;
        }
        lane.errors++;
        return true;
    }

    synchronized void errorWritten(NodeId peer) {
        Lane lane = lanes.get(peer);
        if (lane != null && lane.errors > 0) {
            lane.errors--;
            removeIfUnused(peer, lane);
        }
    }

    /** Its calls go on, and keep their places, or a peer could have any number by coming anew; their replies are for nobody. */
    synchronized void disconnected(NodeId peer) {
        Lane lane = lanes.get(peer);
        if (lane != null) {
            lane.ids.clear();
        }
    }

    synchronized void close() {
        lanes.values().forEach(lane -> lane.ids.clear());
    }

    synchronized int served() {
        return served;
    }

    private void removeIfUnused(NodeId peer, Lane lane) {
        if (lane.isUnused()) {
            lanes.remove(peer);
        }
    }
}

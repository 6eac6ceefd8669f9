// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.QueueFullException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All calls that have not ended, and of each peer whose part is sent next: one after the other, and all of a request before any of the next, for
 * Core Lightning forgets an unfinished request when a part of another comes.
 */
final class OpenCalls {

    /** @param index from 0 */
    record Part(CommandoCall call, int index, CustomMessage frame) {
        boolean isLast() {
            return index == call.parts() - 1;
        }
    }

    private static final class Lane {
        private final Map<Long, CommandoCall> calls = new HashMap<>();
        private final ArrayDeque<CommandoCall> unsent = new ArrayDeque<>(2);
        private boolean sending;

        boolean isUnused() {
            return calls.isEmpty() && !sending;
        }
    }

    private final CommandoSettings settings;
    private final Map<NodeId, Lane> lanes = new HashMap<>();
    private int count;
    private long requestBytes;

    OpenCalls(CommandoSettings settings) {
        this.settings = settings;
    }

    /**
     * @return false where its number is taken
     * @throws QueueFullException naming the limit
     */
    synchronized boolean add(CommandoCall call) {
        Lane lane = lanes.get(call.peer());
        int ofPeer = lane == null ? 0 : lane.calls.size();
        refuseWhenFull(call, ofPeer);
        if (lane == null) {
            lane = new Lane();
            lanes.put(call.peer(), lane);
        }
        if (lane.calls.putIfAbsent(call.number(), call) != null) {
            return false;
        }
        lane.unsent.add(call);
        count++;
        requestBytes += call.size();
        return true;
    }

    private void refuseWhenFull(CommandoCall call, int ofPeer) {
        if (ofPeer >= settings.maxCallsPerPeer()) {
            throw new QueueFullException(call + " was refused: " + ofPeer + " calls on this peer have not ended"
                    + " (maxCallsPerPeer=" + settings.maxCallsPerPeer() + ")");
        }
        if (count >= settings.maxCalls()) {
            throw new QueueFullException(
                    call + " was refused: " + count + " calls have not ended (maxCalls=" + settings.maxCalls() + ")");
        }
        if (requestBytes > 0 && requestBytes + call.size() > settings.maxRequestBytes()) {
            throw new QueueFullException(call + " was refused: its " + call.size() + " bytes would join the "
                    + requestBytes + " that wait to be sent (maxRequestBytes=" + settings.maxRequestBytes() + ")");
        }
    }

    synchronized @Nullable CommandoCall find(NodeId peer, long number) {
        Lane lane = lanes.get(peer);
        return lane == null ? null : lane.calls.get(number);
    }

    /** What is to be sent to the peer now; then nothing more until {@link #sent}. */
    synchronized @Nullable Part next(NodeId peer) {
        Lane lane = lanes.get(peer);
        if (lane == null || lane.sending) {
            return null;
        }
        CommandoCall call = lane.unsent.peek();
        if (call == null) {
            return null;
        }
        lane.sending = true;
        int index = call.partsTaken();
        var part = new Part(call, index, call.takePart());
        if (part.isLast()) {
            lane.unsent.remove();
            dropRequest(call);
        }
        return part;
    }

    /** The part that {@link #next} gave is under way no more. */
    synchronized void sent(NodeId peer) {
        Lane lane = lanes.get(peer);
        if (lane != null) {
            lane.sending = false;
            removeIfUnused(peer, lane);
        }
    }

    /** It ended; parts of it that are not sent will not be. */
    synchronized void remove(CommandoCall call) {
        Lane lane = lanes.get(call.peer());
        if (lane == null || !lane.calls.remove(call.number(), call)) {
            return;
        }
        count--;
        if (lane.unsent.remove(call)) {
            dropRequest(call);
        }
        removeIfUnused(call.peer(), lane);
    }

    private void dropRequest(CommandoCall call) {
        requestBytes -= call.size();
        call.dropRequest();
    }

    private void removeIfUnused(NodeId peer, Lane lane) {
        if (lane.isUnused()) {
            lanes.remove(peer);
        }
    }

    synchronized List<CommandoCall> on(NodeId peer) {
        Lane lane = lanes.get(peer);
        return lane == null ? List.of() : List.copyOf(lane.calls.values());
    }

    synchronized List<CommandoCall> all() {
        return lanes.values().stream()
                .flatMap(lane -> lane.calls.values().stream())
                .toList();
    }
}

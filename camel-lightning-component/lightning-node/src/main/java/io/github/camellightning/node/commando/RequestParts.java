// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.NodeId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts of requests together: one unfinished request for each peer, which a part of another one discards, of at most 1 MiB, and all within a
 * number of bytes. What is too large is never answered, as lightningd does it.
 */
final class RequestParts {

    /** What becomes of a part. */
    enum Outcome {
        /** More is to come. */
        TAKEN,
        COMPLETE,
        /** The last part of what was too large. */
        OVERSIZE,
        /** The last part of what there was no room for. */
        NO_ROOM
    }

    /** @param request the whole one, where it is complete */
    record Result(Outcome outcome, @Nullable IncomingRequest request) {
        static final Result TAKEN = new Result(Outcome.TAKEN, null);
    }

    private static final class Unfinished {
        private final long number;
        private final long begunNanos;
        private byte[] json = new byte[0];
        private int length;
        /** Why it is not kept, if so. */
        private @Nullable Outcome given;

        Unfinished(long number, long begunNanos) {
            this.number = number;
            this.begunNanos = begunNanos;
        }
    }

    private final RequestMemory memory;
    private final long longestNanos;
    private final Map<NodeId, Unfinished> unfinished = new HashMap<>();

    RequestParts(RequestMemory memory, long longestNanos) {
        this.memory = memory;
        this.longestNanos = longestNanos;
    }

    /** Of a complete request the caller has the memory to give back: as much as its array is long. */
    synchronized Result add(NodeId peer, CustomMessage frame, long nowNanos) {
        long number = Frames.id(frame);
        boolean last = Frames.isLastOfRequest(frame);
        Unfinished request = unfinished.get(peer);
        if (request != null && request.number != number) {
            drop(peer);
            request = null;
        }
        if (request == null) {
            request = new Unfinished(number, nowNanos);
            if (!last) {
                unfinished.put(peer, request);
            }
        }
        append(request, frame.payload());
        if (!last) {
            return Result.TAKEN;
        }
        unfinished.remove(peer);
        return request.given == null
                ? new Result(Outcome.COMPLETE, new IncomingRequest(peer, number, request.json, request.length))
                : new Result(request.given, null);
    }

    private void append(Unfinished request, byte[] payload) {
        int added = payload.length - Frames.HEADER;
        long length = (long) request.length + added;
        if (request.given != null) {
            return;
        }
        if (length > Frames.MAX_REQUEST) {
            giveUp(request, Outcome.OVERSIZE);
            return;
        }
        if (length > request.json.length && !grow(request, (int) length)) {
            giveUp(request, Outcome.NO_ROOM);
            return;
        }
        System.arraycopy(payload, Frames.HEADER, request.json, request.length, added);
        request.length += added;
    }

    /** Most requests have one part: room for more is only made with the second, and where there is enough. */
    private boolean grow(Unfinished request, int length) {
        int held = request.json.length;
        int ample = held == 0 ? length : Math.min(Frames.MAX_REQUEST, Math.max(length, 2 * held));
        int grown = memory.take(ample - held) ? ample : memory.take(length - held) ? length : 0;
        if (grown == 0) {
            return false;
        }
        request.json = Arrays.copyOf(request.json, grown);
        return true;
    }

    private void giveUp(Unfinished request, Outcome why) {
        memory.giveBack(request.json.length);
        request.json = new byte[0];
        request.length = 0;
        request.given = why;
    }

    synchronized void drop(NodeId peer) {
        Unfinished dropped = unfinished.remove(peer);
        if (dropped != null) {
            memory.giveBack(dropped.json.length);
        }
    }

    /** Drops those that take too long. */
    synchronized void dropOld(long nowNanos) {
        unfinished.values().removeIf(request -> {
            boolean old = nowNanos - request.begunNanos >= longestNanos;
            if (old) {
                memory.giveBack(request.json.length);
            }
            return old;
        });
    }

    synchronized int size() {
        return unfinished.size();
    }
}

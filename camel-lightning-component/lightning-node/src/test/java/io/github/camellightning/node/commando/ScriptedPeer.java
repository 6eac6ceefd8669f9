// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.TimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** A peer that takes a client's frames as lightningd does, one unfinished request at a time, and says what a test tells it to. */
final class ScriptedPeer implements CommandoTransport {

    static final NodeId PEER = new NodeId("02c6d2af6bbe484b82892b9b3587dbe905d4d1bd9a40729c74d01392d0a6500f7c");
    static final NodeId OTHER_PEER = new NodeId("03bd8b5104f968f7338439f6adfe8e8d72236a12d2f31e19125946ea397863cacc");

    record Request(NodeId from, long number, String json) {}

    private record Held(NodeId peer, CustomMessage frame, BooleanSupplier wanted, CompletableFuture<Void> sent) {}

    final List<CustomMessage> frames = new ArrayList<>();
    final List<Request> requests = new ArrayList<>();
    /** Beginnings of requests that a part of another wiped out. */
    int discarded;

    private final Deque<Held> held = new ArrayDeque<>();
    private boolean holding;
    private LightningException refusal;
    private Long unfinished;
    private StringBuilder json = new StringBuilder();

    @Override
    public synchronized CompletionStage<Void> send(NodeId peer, CustomMessage frame, BooleanSupplier wanted) {
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        var sending = new Held(peer, frame, wanted, new CompletableFuture<>());
        if (holding) {
            held.add(sending);
        } else {
            take(sending);
        }
        return sending.sent;
    }

    private void take(Held sending) {
        if (!sending.wanted.getAsBoolean()) {
            sending.sent.completeExceptionally(new TimeoutException("not wanted"));
            return;
        }
        CustomMessage frame = sending.frame;
        frames.add(frame);
        ByteBuffer payload = ByteBuffer.wrap(frame.payload());
        long number = payload.getLong();
        if (unfinished != null && unfinished != number) {
            discarded++;
            json = new StringBuilder();
        }
        unfinished = number;
        json.append(StandardCharsets.ISO_8859_1.decode(payload));
        if (frame.type() == MessageTypes.COMMANDO_REQUEST_LAST) {
            byte[] bytes = json.toString().getBytes(StandardCharsets.ISO_8859_1);
            requests.add(new Request(sending.peer, number, new String(bytes, StandardCharsets.UTF_8)));
            json = new StringBuilder();
            unfinished = null;
        }
        sending.sent.complete(null);
    }

    /** From now on frames are neither sent nor refused until {@link #release}. */
    synchronized void hold() {
        holding = true;
    }

    /** Lets the next frame through; what it leads to is held as before. */
    void releaseOne() {
        Held next;
        synchronized (this) {
            next = held.remove();
        }
        take(next);
    }

    void release() {
        synchronized (this) {
            holding = false;
        }
        while (!held.isEmpty()) {
            releaseOne();
        }
    }

    /** What is held fails, and all that follows. */
    void refuse(LightningException failure) {
        synchronized (this) {
            refusal = failure;
        }
        while (!held.isEmpty()) {
            held.remove().sent.completeExceptionally(failure);
        }
    }

    Request lastRequest() {
        return requests.get(requests.size() - 1);
    }

    static CustomMessage part(long number, boolean last, byte[] bytes) {
        return new CustomMessage(
                last ? 0x594d : 0x594b,
                ByteBuffer.allocate(8 + bytes.length).putLong(number).put(bytes).array());
    }

    static CustomMessage part(long number, boolean last, String json) {
        return part(number, last, json.getBytes(StandardCharsets.UTF_8));
    }

    /** A reply, cut into pieces of that size. */
    static List<CustomMessage> parts(long number, byte[] json, int size) {
        var parts = new ArrayList<CustomMessage>();
        for (int from = 0; from < json.length; from += size) {
            int to = Math.min(json.length, from + size);
            parts.add(part(number, to == json.length, java.util.Arrays.copyOfRange(json, from, to)));
        }
        return parts;
    }
}

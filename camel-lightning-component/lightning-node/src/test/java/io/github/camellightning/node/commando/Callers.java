// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Peers that ask a server, and what it sends them. */
final class Callers implements ReplyTransport {

    record Sent(NodeId peer, CustomMessage frame) {}

    final List<Sent> sent = new CopyOnWriteArrayList<>();
    final List<NodeId> disconnected = new CopyOnWriteArrayList<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Map<NodeId, Map<Long, ByteArrayOutputStream>> unfinished = new HashMap<>();
    private final Map<NodeId, Map<Long, List<String>>> replies = new HashMap<>();
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean holding;
    private boolean gone;
    private boolean broken;

    @Override
    public CompletionStage<Void> send(NodeId peer, CustomMessage frame) {
        var written = new CompletableFuture<Void>();
        synchronized (this) {
            if (gone) {
                return CompletableFuture.failedFuture(new NotConnectedException("gone"));
            }
            if (broken) {
                broken = false;
                throw new AssertionError("broken");
            }
            if (holding) {
                held.add(() -> {
                    take(peer, frame);
                    written.complete(null);
                });
                return written;
            }
        }
        take(peer, frame);
        written.complete(null);
        return written;
    }

    private synchronized void take(NodeId peer, CustomMessage frame) {
        sent.add(new Sent(peer, frame));
        long number = ByteBuffer.wrap(frame.payload()).getLong();
        var text = unfinished
                .computeIfAbsent(peer, key -> new HashMap<>())
                .computeIfAbsent(number, key -> new ByteArrayOutputStream());
        text.write(frame.payload(), Long.BYTES, frame.payload().length - Long.BYTES);
        if (frame.type() == MessageTypes.COMMANDO_REPLY_LAST) {
            unfinished.get(peer).remove(number);
            replies.computeIfAbsent(peer, key -> new HashMap<>())
                    .computeIfAbsent(number, key -> new ArrayList<>())
                    .add(text.toString(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void disconnect(NodeId peer, String reason) {
        disconnected.add(peer);
    }

    @Override
    public void warn(NodeId peer, String reason, String detail) {
        warnings.add(reason + detail);
    }

    /** What is sent next makes an error. */
    synchronized void breakNext() {
        broken = true;
    }

    /** From now on nobody takes what is sent. */
    synchronized void hold() {
        holding = true;
    }

    /** Lets what waits be written, and then what comes. */
    void release() {
        while (true) {
            synchronized (this) {
                if (held.isEmpty()) {
                    holding = false;
                    return;
                }
            }
            releaseOne();
        }
    }

    void releaseOne() {
        Runnable next;
        synchronized (this) {
            next = held.remove();
        }
        next.run();
    }

    synchronized int heldFrames() {
        return held.size();
    }

    /** What is sent from now on fails. */
    synchronized void hangUp() {
        gone = true;
    }

    synchronized List<String> replies(NodeId peer, long number) {
        return List.copyOf(replies.getOrDefault(peer, Map.of()).getOrDefault(number, List.of()));
    }

    synchronized int repliesTo(NodeId peer) {
        return replies.getOrDefault(peer, Map.of()).values().stream()
                .mapToInt(List::size)
                .sum();
    }

    /** The only reply with that number. */
    String reply(NodeId peer, long number) {
        await("a reply").until(() -> !replies(peer, number).isEmpty());
        List<String> all = replies(peer, number);
        if (all.size() != 1) {
            throw new AssertionError("replies: " + all);
        }
        return all.get(0);
    }

    static CustomMessage part(long number, boolean last, byte[] json) {
        return new CustomMessage(
                last ? MessageTypes.COMMANDO_REQUEST_LAST : MessageTypes.COMMANDO_REQUEST_MORE,
                ByteBuffer.allocate(Long.BYTES + json.length)
                        .putLong(number)
                        .put(json)
                        .array());
    }

    static CustomMessage part(long number, boolean last, String json) {
        return part(number, last, json.getBytes(StandardCharsets.UTF_8));
    }
}

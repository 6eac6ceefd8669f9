// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection between two nodes, and what the other end wrote and this one has not read.
 *
 * <p>After each custom message it reads no more until that one has been through the hook, or until anything is written to
 * the peer: lightningd works like that, so hook calls of one peer can overlap.
 */
final class PeerLink {

    /** A frame's length, encrypted, and the two tags (BOLT 8). */
    private static final int FRAME_OVERHEAD = 34;

    private static final Duration SECOND = Duration.ofSeconds(1);
    /** The other end has closed. */
    private static final byte[] END = new byte[0];

    private final Daemon daemon;
    private final NodeId peerId;
    private final boolean incoming;
    private final String host;
    private final int port;
    private final ArrayDeque<byte[]> inbox = new ArrayDeque<>();
    private final ArrayDeque<Call> pings = new ArrayDeque<>();
    private final AtomicLong unread = new AtomicLong();
    private @Nullable PeerLink other;
    private boolean waits;
    private boolean reading;
    private boolean closed;
    private long secondStarted = System.nanoTime();
    private long readThisSecond;

    PeerLink(Daemon daemon, NodeId peerId, boolean incoming, String host, int port) {
        this.daemon = daemon;
        this.peerId = peerId;
        this.incoming = incoming;
        this.host = host;
        this.port = port;
    }

    void joinedTo(PeerLink end) {
        other = end;
    }

    NodeId peerId() {
        return peerId;
    }

    boolean isIncoming() {
        return incoming;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    Daemon daemon() {
        return daemon;
    }

    ArrayDeque<Call> pings() {
        return pings;
    }

    /** On the wire, in bytes: what was written here and not read there. */
    long queued() {
        return other == null ? 0 : other.unread.get();
    }

    void write(byte[] message) {
        var end = other;
        if (end != null && !closed) {
            end.unread.addAndGet(message.length + FRAME_OVERHEAD);
            end.daemon.loop().execute(() -> end.arrived(message));
            wake();
        }
    }

    /** What belongs to payments, and does not wait behind custom messages. */
    void tellOtherEnd(Consumer<Daemon> what) {
        var end = other;
        if (end != null && !closed) {
            end.daemon.loop().execute(() -> what.accept(end.daemon));
        }
    }

    /** Nothing is read here any more; the other end reads to the end. */
    void close() {
        var end = other;
        if (!closed) {
            closed = true;
            inbox.clear();
            if (end != null) {
                end.daemon.loop().execute(() -> end.arrived(END));
            }
        }
    }

    private void arrived(byte[] message) {
        inbox.addLast(message);
        read();
    }

    /** A custom message has been through its hook, or something was written. */
    void wake() {
        waits = false;
        read();
    }

    private void read() {
        if (reading) {
            return;
        }
        reading = true;
        try {
            while (!waits && !closed && !inbox.isEmpty() && !isThrottled()) {
                take(inbox.removeFirst());
            }
        } finally {
            reading = false;
        }
    }

    private void take(byte[] message) {
        if (message == END) {
            daemon.peers().disconnected(this);
            return;
        }
        unread.addAndGet(-(message.length + FRAME_OVERHEAD));
        readThisSecond += message.length + FRAME_OVERHEAD;
        daemon.peers().received(this, message);
    }

    /** To be said before the hook is called: it may answer at once. */
    void waitForHook() {
        waits = true;
    }

    private boolean isThrottled() {
        long now = System.nanoTime();
        if (now - secondStarted >= SECOND.toNanos()) {
            secondStarted = now;
            readThisSecond = 0;
        }
        int limit = daemon.settings().bytesPerSecond();
        if (limit == 0 || readThisSecond <= limit) {
            return false;
        }
        daemon.loop().after(Duration.ofNanos(secondStarted + SECOND.toNanos() - now), this::read);
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.ThreadUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls whose callers wait. While no other call is in flight there is no use in waking a thread that reads, only for it to wake the one that waits: such a call
 * goes out on a line of its own. Only then, or a message could arrive before one that was sent earlier on the connection that all share.
 */
final class WaitingCalls implements Line.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);
    static final Duration PATIENCE = Duration.ofMillis(20);
    private static final long PAUSE_NANOS = 1_000_000_000;

    private final RpcSettings settings;
    private final Dialer dialer;
    private final Calls calls;
    private final Link link;
    private final Duration patience;
    /** For the first request that is made on this thread. */
    private final ThreadLocal<@Nullable Line> own = new ThreadLocal<>();

    private final Object lock = new Object();
    /** The only one, while nobody uses it. */
    private @Nullable Line idle;
    /** One is being made, or used. */
    private boolean busy;

    private boolean closed;
    private long nextDialAt = System.nanoTime();

    /** @param patience how long a caller reads */
    WaitingCalls(RpcSettings settings, Dialer dialer, Calls calls, Link link, Duration patience) {
        this.settings = settings;
        this.dialer = dialer;
        this.calls = calls;
        this.link = link;
        this.patience = patience;
    }

    <T> CompletionStage<T> make(Supplier<CompletionStage<T>> call) {
        // the line of a call within which this one is made is not for it
        Line outer = own.get();
        Line line = outer == null && calls.isNoneOpen() && !ThreadUtil.isVirtualThread() ? take() : null;
        try {
            if (line != null) {
                line.open();
            }
            setOwn(line);
            return call.get();
        } finally {
            setOwn(outer);
            if (line != null) {
                line.read();
            }
        }
    }

    private void setOwn(@Nullable Line line) {
        if (line == null) {
            own.remove();
        } else {
            own.set(line);
        }
    }

    /** For a request that is made on this thread: the line that its caller has, which no other request gets. */
    @Nullable
    Line takeOwn() {
        Line line = own.get();
        if (line != null) {
            own.remove();
        }
        return line;
    }

    boolean hasIdleLine() {
        synchronized (lock) {
            return idle != null;
        }
    }

    private @Nullable Line take() {
        RpcConnection shared = link.connection();
        if (shared == null || !shared.isAllRead()) {
            return null;
        }
        Line taken;
        synchronized (lock) {
            if (busy || closed) {
                return null;
            }
            taken = idle;
            idle = null;
            if (taken == null && System.nanoTime() - nextDialAt < 0) {
                return null;
            }
            busy = true;
        }
        if (taken != null && taken.isBeside(shared)) {
            return taken;
        }
        if (taken != null) {
            taken.close();
        }
        dialer.dial().whenComplete((channel, failure) -> dialled(channel, shared));
        return null;
    }

    private void dialled(@Nullable AFUNIXSocketChannel channel, RpcConnection shared) {
        Line line = null;
        if (channel != null) {
            try {
                line = new Line(channel, shared, settings, calls, this, patience);
            } catch (IOException | RuntimeException | Error e) {
                // an error too, or no line would ever be tried again
                LOG.debug("No line for callers that wait", e);
                Dialer.close(channel);
            }
        }
        if (line == null) {
            notHad();
        } else {
            free(line);
        }
    }

    private void notHad() {
        synchronized (lock) {
            busy = false;
            nextDialAt = System.nanoTime() + PAUSE_NANOS;
        }
    }

    @Override
    public void free(Line line) {
        boolean kept;
        synchronized (lock) {
            busy = false;
            kept = !closed && line.isBeside(link.connection());
            if (kept) {
                idle = line;
            }
        }
        if (!kept) {
            line.close();
        }
    }

    @Override
    public void ended(Line line) {
        synchronized (lock) {
            busy = false;
        }
    }

    /** The daemon at the other end of it has gone. */
    void disconnect() {
        Line unused;
        synchronized (lock) {
            unused = idle;
            idle = null;
        }
        if (unused != null) {
            unused.close();
        }
    }

    /** From now on there are none. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
        disconnect();
    }
}

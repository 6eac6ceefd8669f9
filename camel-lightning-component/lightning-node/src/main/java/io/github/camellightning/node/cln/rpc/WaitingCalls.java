// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.ThreadUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls whose callers wait. While no other call is in flight there is no use in waking a thread that reads, only for it to wake the one that waits: such a call
 * goes out on a line of its own. Which it is of two messages that arrives first is settled by that too, as on one connection.
 */
final class WaitingCalls implements Line.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);

    private final RpcSettings settings;
    private final Dialer dialer;
    private final Calls calls;
    private final Link link;
    /** That the caller on this thread has. */
    private final ThreadLocal<@Nullable Line> own = new ThreadLocal<>();

    private final Object lock = new Object();
    /** The only one, while nobody uses it. */
    private @Nullable Line idle;
    /** One is being made, or used. */
    private boolean busy;

    WaitingCalls(RpcSettings settings, Dialer dialer, Calls calls, Link link) {
        this.settings = settings;
        this.dialer = dialer;
        this.calls = calls;
        this.link = link;
    }

    <T> CompletionStage<T> make(Supplier<CompletionStage<T>> call) {
        Line line = calls.isNoneOpen() && own.get() == null && !ThreadUtil.isVirtualThread() ? take() : null;
        if (line == null) {
            return call.get();
        }
        own.set(line);
        line.open();
        try {
            return call.get();
        } finally {
            own.remove();
            line.carry();
        }
    }

    /** Null where the caller on this thread has none. */
    @Nullable
    Line line() {
        return own.get();
    }

    boolean hasIdleLine() {
        synchronized (lock) {
            return idle != null;
        }
    }

    private @Nullable Line take() {
        synchronized (lock) {
            if (busy || !link.isUp()) {
                return null;
            }
            busy = true;
            Line taken = idle;
            idle = null;
            if (taken != null) {
                return taken;
            }
        }
        dialer.dial().whenComplete((channel, failure) -> dialled(channel));
        return null;
    }

    private void dialled(@Nullable AFUNIXSocketChannel channel) {
        Line line = null;
        if (channel != null) {
            try {
                line = new Line(channel, settings, calls, this);
            } catch (IOException | RuntimeException | Error e) {
                // an error too, or no line would ever be tried again
                LOG.debug("No line for callers that wait", e);
                Dialer.close(channel);
            }
        }
        if (line == null) {
            ended();
        } else {
            free(line);
        }
    }

    @Override
    public void free(Line line) {
        boolean kept;
        synchronized (lock) {
            busy = false;
            kept = link.isUp();
            if (kept) {
                idle = line;
            }
        }
        if (!kept) {
            line.close();
        }
    }

    @Override
    public void unwritten(Line line, Call call) {
        ended();
        link.dispatch(call);
        link.flush();
    }

    @Override
    public void ended(Line line) {
        ended();
    }

    private void ended() {
        synchronized (lock) {
            busy = false;
        }
    }

    /** The daemon at the other end of it has gone, or is to be left alone. */
    void close() {
        Line unused;
        synchronized (lock) {
            unused = idle;
            idle = null;
        }
        if (unused != null) {
            unused.close();
        }
    }
}

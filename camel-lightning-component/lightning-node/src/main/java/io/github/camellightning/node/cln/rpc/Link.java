// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NodeState.Status;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Registration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one connection that the calls share: made when a call wants it, and made anew. */
final class Link {

    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);

    private final RpcSettings settings;
    private final Dialer dialer;
    private final ScheduledExecutorService notifier;
    private final Calls calls;
    private final List<Consumer<NodeState>> listeners = new CopyOnWriteArrayList<>();

    private final Object lock = new Object();
    private final Backoff backoff;
    private List<Call> parked = new ArrayList<>();
    private List<CompletableFuture<Void>> awaited = new ArrayList<>();
    private boolean dialling;
    private boolean closed;
    private volatile @Nullable RpcConnection connection;
    private volatile NodeState state = NodeState.of(Status.STOPPED, "nothing was called yet");

    /** @param notifier runs one thing after the other, and is where listeners are called */
    Link(RpcSettings settings, Dialer dialer, ScheduledExecutorService notifier, Calls calls) {
        this.settings = settings;
        this.dialer = dialer;
        this.notifier = notifier;
        this.calls = calls;
        this.backoff = new Backoff(settings.reconnectMin(), settings.reconnectMax());
    }

    NodeState state() {
        return state;
    }

    /** Null where it is down. */
    @Nullable
    RpcConnection connection() {
        return connection;
    }

    Registration onState(Consumer<NodeState> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void dispatch(Call call) {
        String refusal;
        synchronized (lock) {
            RpcConnection up = connection;
            if (up != null && up.enqueue(call)) {
                return;
            }
            refusal = refusal();
            if (refusal == null) {
                parked.add(call);
                dial();
                return;
            }
        }
        calls.lose(call, refusal);
    }

    /** Why no connection is tried now, or null. */
    private @Nullable String refusal() {
        if (closed) {
            return "the RPC client is closed";
        }
        long left = dialling ? 0 : backoff.left(System.nanoTime());
        return left <= 0 ? null : state.reason() + " (the next try is in " + (left / 1_000_000 + 1) + " ms)";
    }

    void flush() {
        RpcConnection up = connection;
        if (up != null) {
            up.flush();
        }
    }

    /** Does not wait for the end of a backoff. */
    CompletionStage<Void> connect() {
        var connected = new CompletableFuture<Void>();
        synchronized (lock) {
            if (closed) {
                connected.completeExceptionally(new NotConnectedException("The RPC client is closed"));
            } else if (connection != null) {
                connected.complete(null);
            } else {
                awaited.add(connected);
                dial();
            }
        }
        return connected;
    }

    private void dial() {
        if (!dialling) {
            dialling = true;
            change(Status.STARTING, "connecting to " + settings.socket());
            dialer.dial().whenComplete((channel, failure) -> {
                if (channel != null) {
                    dialled(channel);
                } else {
                    failed(failure);
                }
            });
        }
    }

    private void dialled(AFUNIXSocketChannel channel) {
        RpcConnection dialled;
        try {
            dialled = new RpcConnection(channel, settings, calls, this::ended, notifier, null);
        } catch (IOException | RuntimeException | Error e) {
            // an error too, or no connection would ever be tried again
            Dialer.close(channel);
            failed(new NotConnectedException("The socket " + settings.socket() + " cannot be used", e));
            return;
        }
        connected(dialled);
    }

    private void connected(RpcConnection dialled) {
        List<CompletableFuture<Void>> waiters;
        boolean late;
        synchronized (lock) {
            late = closed;
            dialling = false;
            waiters = takeAwaited();
            if (!late) {
                connection = dialled;
                takeParked().forEach(dialled::enqueue);
                change(Status.UP, "connected to " + settings.socket());
            }
        }
        boolean started = dialled.start();
        if (late) {
            dialled.close("the RPC client is closed");
        } else if (started) {
            dialled.flush();
            waiters.forEach(waiter -> waiter.complete(null));
        } else {
            waiters.forEach(waiter -> waiter.completeExceptionally(new NotConnectedException(state.reason())));
        }
    }

    private void failed(Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        List<Call> unwritten;
        List<CompletableFuture<Void>> waiters;
        synchronized (lock) {
            dialling = false;
            backoff.failed(System.nanoTime());
            unwritten = takeParked();
            waiters = takeAwaited();
            if (!closed) {
                change(Status.DOWN, reason);
            }
        }
        unwritten.forEach(call -> calls.lose(call, reason));
        waiters.forEach(waiter -> waiter.completeExceptionally(failure));
    }

    private List<Call> takeParked() {
        List<Call> taken = parked;
        parked = new ArrayList<>();
        return taken;
    }

    private List<CompletableFuture<Void>> takeAwaited() {
        List<CompletableFuture<Void>> taken = awaited;
        awaited = new ArrayList<>();
        return taken;
    }

    private void ended(RpcConnection gone, String reason) {
        synchronized (lock) {
            if (connection != gone) {
                return;
            }
            connection = null;
            if (gone.wasAnswered()) {
                backoff.reset();
            } else {
                backoff.failed(System.nanoTime());
            }
            if (!closed && !dialling) {
                change(Status.DOWN, reason);
            }
        }
    }

    /** In the order of the changes, whichever threads make them. */
    private void change(Status status, String reason) {
        NodeState next = NodeState.of(status, reason);
        state = next;
        try {
            notifier.execute(() -> tell(next));
        } catch (RejectedExecutionException e) {
            LOG.debug("Nobody is told any more: {}", reason);
        }
    }

    private void tell(NodeState next) {
        for (Consumer<NodeState> listener : listeners) {
            try {
                listener.accept(next);
            } catch (RuntimeException e) {
                LOG.warn(
                        "A listener failed to take the state {}, which it has missed. Mend the listener",
                        next.status(),
                        e);
            }
        }
    }

    void close(String reason) {
        RpcConnection open;
        List<CompletableFuture<Void>> waiters;
        synchronized (lock) {
            closed = true;
            open = connection;
            waiters = takeAwaited();
            change(Status.STOPPED, reason);
        }
        if (open != null) {
            open.close(reason);
        }
        waiters.forEach(waiter -> waiter.completeExceptionally(new NotConnectedException(reason)));
    }
}

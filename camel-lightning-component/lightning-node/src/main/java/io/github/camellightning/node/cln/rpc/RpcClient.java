// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Deadlines;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.TimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls lightningd's commands. One connection carries any number of calls at once; it is made with the first call, and again with the
 * next one after it ended.
 *
 * <p>No method waits. Stages complete on the thread that reads the replies of all calls, so what depends on them must not wait either:
 * use their {@code Async} forms for what takes long. They fail with
 * <ul>
 *   <li>{@link RemoteErrorException}: lightningd answered with an error, in its own code and words;
 *   <li>{@link NotConnectedException}, {@link TimeoutException}, {@link QueueFullException}: nothing was written, trying again is safe;
 *   <li>{@link OutcomeUnknownException}: the request was written, wholly or in part, and no answer came; it may be carried out still;
 *   <li>{@link InvalidMessageException}: it cannot be asked so;
 *   <li>{@link LightningException} itself: it was carried out, and the answer cannot be had (too large, no room to keep it).
 * </ul>
 */
public final class RpcClient implements AutoCloseable {

    private static final int PARSED_AT_ONCE = 64 * 1024;
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(10_000);

    private final RpcSettings settings;
    private final ScheduledThreadPoolExecutor timer;
    private final Calls calls;
    private final Deadlines deadlines;
    private final Link link;
    private final SeparateCalls separateCalls;
    private final WaitingCalls waitingCalls;
    private final AtomicLong sequence = new AtomicLong();
    private volatile boolean closed;

    public RpcClient(RpcSettings settings) {
        this(settings, WaitingCalls.PATIENCE);
    }

    /** @param patience how long a caller that waits reads its reply itself */
    RpcClient(RpcSettings settings, Duration patience) {
        this.settings = settings;
        this.timer = newTimer();
        this.calls = new Calls(settings, new Routes());
        this.deadlines = new Deadlines(timer, calls::expire);
        var dialer = new Dialer(settings, timer);
        this.link = new Link(settings, dialer, timer, calls);
        this.separateCalls = new SeparateCalls(settings, dialer, calls, timer, this::enableNotifications);
        this.waitingCalls = new WaitingCalls(settings, dialer, calls, link, patience);
        link.onState(connection -> {
            if (!connection.isUp()) {
                waitingCalls.disconnect();
            }
        });
    }

    private static ScheduledThreadPoolExecutor newTimer() {
        var timer = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "lightning-rpc-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    /** To the connection that all share, or to one of their own. */
    private final class Routes implements Calls.Route {
        @Override
        public void dispatch(Call call) {
            Line line = call.line();
            if (line != null && line.write(call)) {
                return;
            }
            if (call.listener() != null || call.isApart() && separateCalls.tryReserve(call)) {
                separateCalls.dispatch(call);
            } else {
                link.dispatch(call);
            }
        }

        @Override
        public void flush() {
            link.flush();
        }
    }

    /** The result is to be closed. */
    public CompletionStage<JsonResult> call(RpcRequest request) {
        return admitted(request, null);
    }

    /**
     * Tells what the command tells while it works, on a connection of this call's own.
     *
     * @param listener called in order, on a thread of this call's own
     */
    public CompletionStage<JsonResult> call(RpcRequest request, Consumer<RpcNotification> listener) {
        return admitted(request, listener);
    }

    /**
     * For a caller that waits for what it calls. While no other call is in flight, the reply to the first request that is made here, on this thread, is also read
     * on this thread, on a connection that is there for that: nobody has to be woken for it, and what depends on it runs here. What is not answered within some 20 ms
     * a thread of the client's reads, and the stage completes as any other does, as it does where all this cannot be.
     *
     * @param call makes one call, and does not wait for it
     */
    public <T> CompletionStage<T> waiting(Supplier<CompletionStage<T>> call) {
        return waitingCalls.make(call);
    }

    /**
     * For what goes on after a call: an executor on which the thread that completes the call's stage runs it itself, once it has worked off all that it has read,
     * while that takes less than 50 µs on average. It runs otherwise where it takes longer, and, as long as it is not known, and in the place of what has not begun when one
     * stands still, which it may for 10 ms.
     */
    public static Executor lendingOr(Executor otherwise) {
        return RpcConnection.lendingOr(otherwise);
    }

    /** Whether a caller that waits now would read its own reply. */
    boolean hasLine() {
        return waitingCalls.hasIdleLine();
    }

    private CompletionStage<JsonResult> admitted(RpcRequest request, @Nullable Consumer<RpcNotification> listener) {
        Line line = waitingCalls.takeOwn();
        if (closed) {
            return CompletableFuture.failedFuture(
                    new NotConnectedException(request.method() + " was not written: the RPC client is closed"));
        }
        Call call;
        try {
            call = newCall(request, deadlineAt(request), listener);
        } catch (InvalidMessageException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
        try {
            if (listener != null) {
                separateCalls.reserve(call);
            }
            if (line != null && listener == null) {
                call.prefer(line);
            }
            calls.admit(call);
        } catch (QueueFullException refusal) {
            call.future().completeExceptionally(refusal);
        }
        deadlines.watch(call.deadlineAt());
        if (closed) {
            loseAll();
        }
        return call.future();
    }

    private Call newCall(RpcRequest request, long deadlineAt, @Nullable Consumer<RpcNotification> listener) {
        long number = sequence.incrementAndGet();
        String id = RequestEncoder.id(request.idPrefix(), settings.clientName(), request.method(), number);
        Long ownLimit = request.maxResponseSize();
        return new Call(
                number, id, request, deadlineAt, ownLimit == null ? settings.maxResponseSize() : ownLimit, listener);
    }

    private Call enableNotifications(long deadlineAt) {
        return newCall(RpcRequest.of("notifications", Json.emptyObject().put("enable", true)), deadlineAt, null);
    }

    private long deadlineAt(RpcRequest request) {
        Duration left = request.deadline() == null ? settings.deadline() : request.deadline();
        return System.nanoTime() + (left.compareTo(LONGEST_DEADLINE) > 0 ? LONGEST_DEADLINE : left).toNanos();
    }

    /** The result as JSON; a number keeps all its digits. */
    public CompletionStage<JsonNode> callForJson(RpcRequest request) {
        return call(request)
                .thenCompose(result -> result.size() <= PARSED_AT_ONCE
                        ? CompletableFuture.completedFuture(parsed(result))
                        : CompletableFuture.supplyAsync(() -> parsed(result)));
    }

    public CompletionStage<JsonNode> call(String method, JsonNode params) {
        try {
            return callForJson(RpcRequest.of(method, params));
        } catch (InvalidMessageException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    public CompletionStage<JsonNode> call(String method, Map<String, ?> params) {
        try {
            return call(method, Json.tree(params));
        } catch (InvalidMessageException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static JsonNode parsed(JsonResult result) {
        try (result) {
            return result.json();
        }
    }

    /**
     * Connects now, if it is not connected: for who wants to know whether lightningd is there without calling it. Fails with {@link
     * NotConnectedException}, which says what helps.
     */
    public CompletionStage<Void> connect() {
        return link.connect();
    }

    /** Of the connection that calls share. STOPPED: before the first call, and when closed. */
    public NodeState state() {
        return link.state();
    }

    /** The listener is called in order, and must not wait. */
    public Registration onState(Consumer<NodeState> listener) {
        return link.onState(listener);
    }

    /** Ends all calls, each saying whether it was written. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            link.close("the RPC client was closed");
            waitingCalls.close();
            loseAll();
            timer.shutdown();
        }
    }

    private void loseAll() {
        calls.loseAll(call -> true, "the RPC client was closed");
    }
}

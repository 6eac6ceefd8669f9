// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Recallable;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.TimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The end that calls: requests go out, each ends with its reply, its deadline, or its peer. */
final class PeerClient {

    /** bLIP-50 wants 80 bits at least. */
    private static final int ID_BYTES = 16;

    private static final Duration LONGEST_DEADLINE = Duration.ofDays(10_000);
    private static final int LONGEST_ERROR_TEXT = 1_024;
    private static final int MAX_SHUNNED = 1_024;
    /** A node that goes down does not always tell who else is gone with it. */
    private static final long LOOK_MILLIS = 500;

    private static final long IDLE_SECONDS = 10;

    private final LightningNode node;
    private final PeerRpcSettings settings;
    private final OpenCalls calls;
    private final SecureRandom random = new SecureRandom();
    private final ScheduledThreadPoolExecutor timer = newTimer();
    /** Peers that have sent nonsense on the connection there is, and what. */
    private final Map<NodeId, String> shunned = new LinkedHashMap<>(16, 0.75f, false) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, String> eldest) {
            return size() > MAX_SHUNNED;
        }
    };

    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean closed;

    PeerClient(LightningNode node, PeerRpcSettings settings) {
        this.node = node;
        this.settings = settings;
        this.calls = new OpenCalls(settings);
    }

    private static ScheduledThreadPoolExecutor newTimer() {
        var timer = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "lightning-peerrpc-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // the thread lives while calls are open: an application may have many of these
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    CompletionStage<JsonResult> call(NodeId peer, MethodCall wanted) {
        try {
            var call = new PeerCall(peer, newId(), wanted.method());
            CustomMessage request = request(call, wanted);
            admit(call);
            Future<?> deadline = watch(call, wanted);
            call.future().whenComplete((ended, failure) -> {
                deadline.cancel(false);
                calls.remove(call);
            });
            send(call, request);
            return call.future();
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private String newId() {
        var id = new byte[ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private CustomMessage request(PeerCall call, MethodCall wanted) {
        if (settings.rules() == PeerRpcRules.LSPS0 && !wanted.params().isObject()) {
            throw new InvalidMessageException("Invalid params of " + wanted.method()
                    + ", a JSON array: bLIP-50 has params by name only, a JSON object");
        }
        byte[] request = RpcText.request(call.id(), wanted.method(), wanted.params());
        if (request.length > CustomMessage.MAX_PAYLOAD) {
            throw new InvalidMessageException("The request of " + call + " has " + request.length
                    + " bytes and does not fit into one Lightning message: the limit is " + CustomMessage.MAX_PAYLOAD
                    + " bytes");
        }
        return new CustomMessage(settings.type(), request);
    }

    private void admit(PeerCall call) {
        if (closed) {
            throw new NotConnectedException(call + " was not sent: this end is closed");
        }
        String nonsense = whyShunned(call.peer());
        if (nonsense != null) {
            throw new NotConnectedException(
                    call + " was not sent: the peer has sent what is no message of this protocol (" + nonsense
                            + "), and is not called again until it has connected anew");
        }
        calls.add(call);
    }

    private Future<?> watch(PeerCall call, MethodCall wanted) {
        Duration deadline = wanted.deadline() == null ? settings.deadline() : wanted.deadline();
        Duration bounded = deadline.compareTo(LONGEST_DEADLINE) > 0 ? LONGEST_DEADLINE : deadline;
        try {
            lookLater();
            return timer.schedule(() -> expire(call, bounded), bounded.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException justClosed) {
            calls.remove(call);
            throw new NotConnectedException(call + " was not sent: this end is closed");
        }
    }

    private static void expire(PeerCall call, Duration deadline) {
        if (call.recall(new TimeoutException(call + " was not sent before its deadline"))) {
            return;
        }
        call.fail(call.unknown(
                call.isSent()
                        ? "no reply came within its deadline of " + deadline.toMillis() + " ms"
                        : "it was not sent within its deadline of " + deadline.toMillis() + " ms, and may still be"));
    }

    private void send(PeerCall call, CustomMessage request) {
        CompletionStage<Void> sending;
        try {
            sending = node.send(call.peer(), request);
        } catch (RuntimeException refused) {
            sending = CompletableFuture.failedFuture(refused);
        }
        if (sending instanceof Recallable message) {
            call.keptBy(message);
        }
        sending.whenComplete((sent, failure) -> {
            if (failure == null) {
                call.sent();
            } else {
                call.fail(known(call, failure));
            }
        });
    }

    private static LightningException known(PeerCall call, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof LightningException known
                ? known
                : new LightningException("The request of " + call + " could not be sent", cause);
    }

    /** @return false where nobody waits for it */
    boolean result(NodeId peer, RpcMessage.Result result) {
        PeerCall call = find(peer, result.id());
        return call != null && call.future().complete(JsonResult.of(RpcText.value(result.value())));
    }

    /** @return false where nobody waits for it */
    boolean failure(NodeId peer, RpcMessage.Failure failure) {
        PeerCall call = find(peer, failure.id());
        if (call == null) {
            return false;
        }
        RpcError error = failure.error();
        return call.future()
                .completeExceptionally(new RemoteErrorException(
                        error.code(),
                        Escaped.of(error.message(), LONGEST_ERROR_TEXT),
                        error.data() == null ? null : error.data().toString()));
    }

    private @Nullable PeerCall find(NodeId peer, JsonNode id) {
        return id.isTextual() ? calls.find(peer, id.textValue()) : null;
    }

    /** What it was asked before it may answer still; it is asked nothing more. */
    void shun(NodeId peer, String reason) {
        synchronized (shunned) {
            shunned.put(peer, reason);
        }
    }

    private @Nullable String whyShunned(NodeId peer) {
        synchronized (shunned) {
            return shunned.get(peer);
        }
    }

    void connected(NodeId peer) {
        synchronized (shunned) {
            shunned.remove(peer);
        }
    }

    void disconnected(NodeId peer, String reason) {
        connected(peer);
        calls.on(peer).forEach(call -> call.lose("peer " + peer + " disconnected: " + reason));
    }

    private void lookLater() {
        if (looking.compareAndSet(false, true)) {
            timer.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        looking.set(false);
        NodeState state = node.state();
        if (!state.isUp()) {
            String reason = "this node is " + state.status() + ": " + state.reason();
            calls.all().forEach(call -> call.lose(reason));
        }
        if (calls.size() > 0 && !closed) {
            lookLater();
        }
    }

    int open() {
        return calls.size();
    }

    void close() {
        closed = true;
        timer.shutdown();
        for (PeerCall call : calls.all()) {
            call.fail(
                    call.isSent()
                            ? call.unknown("this end was closed")
                            : call.unknown("this end was closed before it was sent, and it may still be"));
        }
    }
}

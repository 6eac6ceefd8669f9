// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LimitedLog;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.cln.SendThrottle.TimedCall;
import io.github.camellightning.node.cln.rpc.RpcClient;
import io.github.camellightning.node.cln.rpc.RpcRequest;
import io.github.camellightning.node.cln.rpc.RpcSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The calls to a daemon, once it is known where that is. */
final class DaemonClient {

    static final String SENDCUSTOMMSG = "sendcustommsg";

    private final CoreLightningOptions options;
    private final LimitedLog log = new LimitedLog(LoggerFactory.getLogger(CoreLightningNode.class));
    private final SendThrottle throttle;
    private final RuneCommandNames runeCommands = new RuneCommandNames(this::call);
    private volatile @Nullable RpcClient rpc;
    private volatile @Nullable RpcSettings settings;

    /** @param timer until {@link #close} */
    DaemonClient(CoreLightningOptions options, ScheduledExecutorService timer) {
        this.options = options;
        this.throttle = new SendThrottle((nanos, task) -> timer.schedule(task, nanos, TimeUnit.NANOSECONDS));
    }

    /** @param lost told why, each time the connection is gone */
    void connect(Path socket, Consumer<String> lost) {
        RpcSettings known = RpcSettings.builder(socket)
                .deadline(options.requestTimeout())
                .checkPeer(options.isCheckPeer())
                .maxInFlight(options.getMaxInFlight())
                .clientName(options.getClientName())
                .build();
        settings = known;
        var client = new RpcClient(known);
        client.onState(connection -> {
            runeCommands.forget();
            if (!connection.isUp()) {
                lost.accept(connection.reason());
            }
        });
        rpc = client;
    }

    boolean isConnected() {
        return rpc != null;
    }

    /** Whether the connection is there now. */
    boolean isUp() {
        RpcClient client = rpc;
        return client != null && client.state().isUp();
    }

    /** Fails where the daemon takes no more connections, whether those that it has are served or not. */
    CompletionStage<Void> isListening() {
        RpcSettings known = settings;
        if (known == null) {
            return CompletableFuture.failedFuture(notKnown());
        }
        var another = new RpcClient(known);
        return another.connect().whenComplete((connected, failure) -> another.close());
    }

    private RpcClient rpc() {
        RpcClient client = rpc;
        if (client == null) {
            throw notKnown();
        }
        return client;
    }

    private static NotConnectedException notKnown() {
        return new NotConnectedException("lightningd has not told yet where it listens");
    }

    CompletionStage<JsonNode> call(String method, JsonNode params) {
        return rpc().call(method, params);
    }

    /** For a caller that waits on this thread. */
    <T> CompletionStage<T> waiting(Supplier<CompletionStage<T>> call) {
        RpcClient client = rpc;
        return client == null ? call.get() : client.waiting(call);
    }

    /** For a peer that has to be kept out of routes. */
    void disconnect(NodeId peer) {
        log.warn("Peer " + peer + " is disconnected: it sends faster than routes handle. Give them less to do");
        call("disconnect", Json.emptyObject().put("id", peer.hex()).put("force", true))
                .exceptionally(failure -> null);
    }

    /** The result says nothing that its success does not: it is not looked at. */
    CompletionStage<Void> sendCustomMessage(JsonNode params, Duration deadline) {
        return rpc().call(RpcRequest.of(SENDCUSTOMMSG, params).withDeadline(deadline))
                .thenAccept(JsonResult::close);
    }

    CompletionStage<JsonResult> call(MethodCall call) {
        return call.method().equals(SENDCUSTOMMSG) ? send(call) : carryOut(call);
    }

    /** A message that a route sends as a command counts like all others. */
    private CompletionStage<JsonResult> send(MethodCall call) {
        JsonNode params = call.params();
        String message = (params.isArray() ? params.path(1) : params.path("msg")).asText();
        NodeId peer;
        try {
            peer = new NodeId((params.isArray() ? params.path(0) : params.path("node_id")).asText());
        } catch (InvalidMessageException noNodeId) {
            // lightningd says so in its own words
            return carryOut(call);
        }
        Duration deadline = call.deadline() == null ? options.requestTimeout() : call.deadline();
        return throttled(peer, message.length() / 2, deadline, left -> carryOut(call.withDeadline(left)));
    }

    private CompletionStage<JsonResult> carryOut(MethodCall call) {
        return runeCommands.translated(call).thenCompose(known -> rpc().call(new RpcRequest(
                known.method(),
                known.params(),
                known.filter(),
                known.deadline(),
                known.maxResponseSize(),
                // each on a connection of its own, messages would lose their order
                known.apart() && !known.method().equals(SENDCUSTOMMSG),
                null)));
    }

    /** Makes the call when the peer's budget allows, within what is then left of its time. */
    <T> CompletionStage<T> throttled(NodeId peer, int bytes, TimedCall<T> call) {
        return throttled(peer, bytes, options.requestTimeout(), call);
    }

    private <T> CompletionStage<T> throttled(NodeId peer, int bytes, Duration deadline, TimedCall<T> call) {
        return options.isThrottle() ? throttle.send(peer, bytes, deadline, call) : call.within(deadline);
    }

    void close() {
        throttle.close();
        RpcClient client = rpc;
        if (client != null) {
            client.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.cln.rpc.RpcClient;
import io.github.camellightning.node.cln.rpc.RpcRequest;
import io.github.camellightning.node.cln.rpc.RpcSettings;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls to a daemon, once it is known where that is. */
final class DaemonClient {

    private final CoreLightningOptions options;
    private final SendThrottle throttle;
    private final RuneCommandNames runeCommands = new RuneCommandNames(this::call);
    private volatile @Nullable RpcClient rpc;

    DaemonClient(CoreLightningOptions options, ScheduledExecutorService timer) {
        this.options = options;
        this.throttle = new SendThrottle(timer);
    }

    /** @param lost told why, each time the connection is gone */
    void connect(Path socket, Consumer<String> lost) {
        var client = new RpcClient(
                RpcSettings.builder(socket).deadline(options.requestTimeout()).build());
        client.onState(connection -> {
            if (!connection.isUp()) {
                lost.accept(connection.reason());
            }
        });
        rpc = client;
    }

    boolean isConnected() {
        return rpc != null;
    }

    private RpcClient rpc() {
        RpcClient client = rpc;
        if (client == null) {
            throw new NotConnectedException("lightningd has not told yet where it listens");
        }
        return client;
    }

    CompletionStage<JsonNode> call(String method, JsonNode params) {
        return rpc().call(method, params);
    }

    /** For a command whose result says nothing that its success does not: it is not looked at. */
    CompletionStage<Void> tell(String method, JsonNode params) {
        return rpc().call(RpcRequest.of(method, params)).thenAccept(JsonResult::close);
    }

    CompletionStage<JsonResult> call(MethodCall call) {
        return runeCommands
                .translated(call)
                .thenCompose(known -> rpc().call(
                                new RpcRequest(known.method(), known.params(), known.filter(), known.deadline(), null)))
                .thenApply(result -> requireFitting(call, result));
    }

    private static JsonResult requireFitting(MethodCall call, JsonResult result) {
        if (result.size() <= call.maxResponseSize()) {
            return result;
        }
        result.close();
        throw new LightningException("lightningd carried out " + call.method() + ", but its result of " + result.size()
                + " bytes is larger than maxResponseSize=" + call.maxResponseSize());
    }

    /** Makes the call when the peer's budget allows. */
    <T> CompletionStage<T> throttled(NodeId peer, int bytes, Supplier<CompletionStage<T>> call) {
        if (!options.isThrottle()) {
            return call.get();
        }
        var result = new CompletableFuture<T>();
        throttle.send(peer, bytes, () -> call.get().whenComplete((answer, failure) -> {
            if (failure == null) {
                result.complete(answer);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result;
    }

    void close() {
        RpcClient client = rpc;
        if (client != null) {
            client.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NodeState.Status;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.cln.plugin.Manifest;
import io.github.camellightning.node.cln.rpc.RpcClient;
import io.github.camellightning.node.cln.rpc.RpcRequest;
import io.github.camellightning.node.cln.rpc.RpcSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link CoreLightningNode} between start and stop: the client's connection, the plugin, and the way back to both when the daemon or the relay goes
 * away. All of its own steps run on one thread, one after the other.
 */
final class Attachment {

    private static final Logger LOG = LoggerFactory.getLogger(CoreLightningNode.class);
    private static final long MIN_BACKOFF_MILLIS = 500;
    private static final long MAX_BACKOFF_MILLIS = 30_000;

    private final CoreLightningOptions options;
    private final Wanted wanted;
    private final ScheduledExecutorService steps = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "lightning-cln");
        thread.setDaemon(true);
        return thread;
    });
    private final SendThrottle throttle = new SendThrottle(steps);
    private final RpcClient rpc;
    private final RuneCommandNames runeCommands;
    private final CompletableFuture<Void> firstTime = new CompletableFuture<>();
    private long backoffMillis = MIN_BACKOFF_MILLIS;
    private boolean stopping;
    private volatile @Nullable Plugins plugins;
    /** What came later and lightningd has not been told of. */
    private final List<Later> waiting = new ArrayList<>();

    /** One plugin is started at a time. */
    private CompletionStage<Void> starting = CompletableFuture.completedFuture(null);

    private volatile @Nullable DaemonInfo info;
    private volatile NodeState state = NodeState.of(Status.STARTING, "starting");

    private record Later(Manifest manifest, CompletableFuture<Void> told) {}

    Attachment(CoreLightningOptions options, Wanted wanted) {
        this.options = options;
        this.wanted = wanted;
        this.rpc = new RpcClient(RpcSettings.builder(options.socket())
                .deadline(options.requestTimeout())
                .build());
        this.runeCommands = new RuneCommandNames(rpc::call);
    }

    /** Completes when the node is up; fails, and gives everything up, when it is not up at the first try. */
    CompletionStage<Void> start() {
        rpc.onState(connection -> {
            if (!connection.isUp()) {
                lost(connection.reason());
            }
        });
        steps.execute(this::attach);
        return firstTime;
    }

    private void attach() {
        if (stopping) {
            return;
        }
        rpc.call("getinfo", JsonNodeFactory.instance.objectNode())
                .thenApply(DaemonInfo::of)
                .thenComposeAsync(this::becomePlugin, steps)
                .whenCompleteAsync((daemon, failure) -> attached(daemon, failure), steps);
    }

    private CompletionStage<DaemonInfo> becomePlugin(DaemonInfo daemon) {
        info = daemon;
        if (!options.isPlugin()) {
            return CompletableFuture.completedFuture(daemon);
        }
        Plugins becoming = newPlugins();
        plugins = becoming;
        return becoming.start(wanted.manifest()).thenApply(started -> daemon);
    }

    private Plugins newPlugins() {
        var becoming = new CompletableFuture<Plugins>();
        var created = new Plugins(
                wanted,
                new RelayLauncher(options, rpc::call, steps),
                this::disconnect,
                () -> becoming.thenAccept(this::dismissed),
                reason -> becoming.thenAccept(ended -> detached(ended, reason)));
        becoming.complete(created);
        return created;
    }

    /** A listener came: completes when lightningd knows of what it wants, fails where it will not have it. */
    CompletionStage<Void> tell(Manifest more) {
        var later = new Later(more, new CompletableFuture<>());
        if (more.isNothing() || !options.isPlugin()) {
            later.told.complete(null);
        } else if (!step(() -> tell(later))) {
            later.told.complete(null);
        }
        return later.told;
    }

    private void tell(Later later) {
        Plugins now = plugins;
        if (stopping) {
            later.told.complete(null);
        } else if (now == null || !state.isUp()) {
            waiting.add(later);
        } else {
            starting = starting.handle((before, failed) -> null)
                    .thenComposeAsync(before -> now.start(later.manifest), steps)
                    .whenCompleteAsync((started, failure) -> told(later, failure), steps);
        }
    }

    private void told(Later later, @Nullable Throwable failure) {
        Throwable cause = failure == null ? null : CoreLightningNode.unwrapped(failure);
        if (cause == null) {
            later.told.complete(null);
        } else if (cause instanceof NotConnectedException
                || cause instanceof TimeoutException
                || cause instanceof OutcomeUnknownException) {
            // whether lightningd knows of it is not known: one plugin for all of it will tell
            waiting.add(later);
            comeBack(String.valueOf(cause.getMessage()));
        } else {
            later.told.completeExceptionally(cause);
        }
    }

    private void tellWaiting() {
        List<Later> due = List.copyOf(waiting);
        waiting.clear();
        due.forEach(this::tell);
    }

    CompletionStage<Void> emit(String topic, JsonNode payload) {
        Plugins now = plugins;
        return now == null
                ? CompletableFuture.failedFuture(
                        new NotConnectedException("This node is no plugin of lightningd: " + state.reason()))
                : now.emit(topic, payload);
    }

    private void attached(@Nullable DaemonInfo daemon, @Nullable Throwable failure) {
        if (failure == null && daemon != null && !stopping) {
            backoffMillis = MIN_BACKOFF_MILLIS;
            state = NodeState.of(Status.UP, "lightningd " + daemon.versionText() + " at " + options.socket());
            LOG.info("lightningd {}, node {}, is up at {}", daemon.versionText(), daemon.nodeId(), options.socket());
            firstTime.complete(null);
            tellWaiting();
            return;
        }
        closePlugins();
        if (failure == null) {
            return;
        }
        LightningException reason = CoreLightningNode.unwrapped(failure) instanceof LightningException known
                ? known
                : new NotConnectedException(
                        "lightningd cannot be used: " + CoreLightningNode.unwrapped(failure), failure);
        state = NodeState.of(Status.DOWN, String.valueOf(reason.getMessage()));
        if (!firstTime.isDone()) {
            release();
            firstTime.completeExceptionally(reason);
        } else {
            attachLater();
        }
    }

    /** A plugin's run is over, and not because we wanted it. */
    private void detached(Plugins ended, String reason) {
        step(() -> {
            if (plugins == ended) {
                comeBack("no longer a plugin of lightningd: " + reason);
            }
        });
    }

    /** lightningd is about to end a plugin, or itself: it waits a while for what is under way. */
    private void dismissed(Plugins ending) {
        ending.drain().thenRun(() -> detached(ending, "lightningd asked it to end"));
    }

    /** The connection to the daemon is gone. */
    private void lost(String reason) {
        step(() -> comeBack(reason));
    }

    private void comeBack(String reason) {
        if (stopping || !state.isUp()) {
            return;
        }
        LOG.warn("lightningd at {}: {}; trying again", options.socket(), reason);
        state = NodeState.of(Status.DOWN, reason);
        closePlugins();
        attachLater();
    }

    private boolean step(Runnable step) {
        try {
            steps.execute(step);
            return true;
        } catch (RejectedExecutionException stopped) {
            LOG.debug("Passed over, since the node is stopped");
            return false;
        }
    }

    private void attachLater() {
        long jittered = Math.round(backoffMillis * ThreadLocalRandom.current().nextDouble(0.5, 1.5));
        backoffMillis = Math.min(2 * backoffMillis, MAX_BACKOFF_MILLIS);
        steps.schedule(this::attach, jittered, TimeUnit.MILLISECONDS);
    }

    private void disconnect(NodeId peer) {
        LOG.warn("Peer {} sends faster than its messages are handled, and is disconnected", peer);
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        params.put("id", peer.hex()).put("force", true);
        rpc.call("disconnect", params).exceptionally(failure -> null);
    }

    /** Completes when what lightningd asked is answered, ten seconds at the most, and all is given up. */
    CompletionStage<Void> stop() {
        var stopped = new CompletableFuture<Void>();
        steps.execute(() -> {
            stopping = true;
            Plugins ending = plugins;
            CompletionStage<Void> drained = ending == null ? CompletableFuture.completedFuture(null) : ending.drain();
            drained.thenRunAsync(
                    () -> {
                        state = NodeState.of(Status.STOPPED, "stopped");
                        release();
                        stopped.complete(null);
                    },
                    steps);
        });
        return stopped;
    }

    private void release() {
        stopping = true;
        closePlugins();
        rpc.close();
        tellWaiting();
        steps.shutdown();
    }

    private void closePlugins() {
        Plugins open = plugins;
        plugins = null;
        if (open != null) {
            open.close();
        }
    }

    CompletionStage<JsonNode> call(String method, JsonNode params) {
        return rpc.call(method, params);
    }

    CompletionStage<JsonResult> call(MethodCall call) {
        return runeCommands
                .translated(call)
                .thenCompose(known -> rpc.call(
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
    CompletionStage<JsonNode> throttled(NodeId peer, int bytes, Supplier<CompletionStage<JsonNode>> call) {
        if (!options.isThrottle()) {
            return call.get();
        }
        var result = new CompletableFuture<JsonNode>();
        throttle.send(peer, bytes, () -> call.get().whenComplete((answer, failure) -> {
            if (failure == null) {
                result.complete(answer);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result;
    }

    DaemonInfo info() {
        DaemonInfo known = info;
        if (known == null) {
            throw new NotConnectedException("This node is not up: " + state.reason());
        }
        return known;
    }

    NodeState state() {
        return state;
    }
}

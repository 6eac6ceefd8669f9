// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NodeState.Status;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.cln.plugin.Relay;
import io.github.camellightning.node.cln.rpc.RpcClient;
import io.github.camellightning.node.cln.rpc.RpcRequest;
import io.github.camellightning.node.cln.rpc.RpcSettings;
import io.github.camellightning.node.commando.CommandoClient;
import io.github.camellightning.node.commando.CommandoSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
    private final MessageDispatcher dispatcher;
    private final PeerTopics topics;
    private final ScheduledExecutorService steps = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "lightning-cln");
        thread.setDaemon(true);
        return thread;
    });
    private final SendThrottle throttle = new SendThrottle(steps);
    private final RpcClient rpc;
    private final RuneCommandNames runeCommands;
    private final CommandoClient commando;
    private final Consumer<PeerEvent> disconnects = this::heard;
    private final CompletableFuture<Void> firstTime = new CompletableFuture<>();
    private long backoffMillis = MIN_BACKOFF_MILLIS;
    private boolean stopping;
    private @Nullable Relay relay;
    /** Further plugins, each for even types that came later. */
    private final List<Relay> evenTypeRelays = new ArrayList<>();

    private Set<Integer> evenTypes = Set.of();
    private volatile @Nullable DaemonInfo info;
    private volatile NodeState state = NodeState.of(Status.STARTING, "starting");

    Attachment(CoreLightningOptions options, MessageDispatcher dispatcher, PeerTopics topics) {
        this.options = options;
        this.dispatcher = dispatcher;
        this.topics = topics;
        this.rpc = new RpcClient(RpcSettings.builder(options.socket())
                .deadline(options.requestTimeout())
                .build());
        this.runeCommands = new RuneCommandNames(rpc::call);
        this.commando =
                new CommandoClient(CommandoSettings.withDeadline(options.requestTimeout()), new CommandoFrames(this));
        topics.add(disconnects);
    }

    private void heard(PeerEvent event) {
        if (event instanceof PeerEvent.Disconnected gone) {
            commando.disconnected(gone.peer(), gone.reason());
        }
    }

    CommandoClient commando() {
        return commando;
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
        var queue = new HookQueue(dispatcher, this::disconnect);
        var opened = new CompletableFuture<Relay>();
        var plugin = new MessagePlugin(
                dispatcher, queue, commando, topics, reason -> opened.thenAccept(ended -> detached(ended, reason)));
        Relay opening = Relay.open(options.relayParent(), plugin);
        opened.complete(opening);
        relay = opening;
        evenTypes = EvenTypesPlugin.of(dispatcher.filters());
        return startPlugin(opening)
                .thenCompose(started -> plugin.whenInitialised())
                .thenApply(ignored -> daemon);
    }

    private CompletionStage<JsonNode> startPlugin(Relay opened) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        params.put("subcommand", "start").put("plugin", opened.executable().toString());
        return rpc.call("plugin", params);
    }

    /** A listener came that accepts even types: completes when the daemon lets peers send all that listeners accept. */
    CompletionStage<Void> acceptEvenTypes() {
        var accepted = new CompletableFuture<Void>();
        steps.execute(() -> {
            Set<Integer> more = new HashSet<>(EvenTypesPlugin.of(dispatcher.filters()));
            more.removeAll(evenTypes);
            if (more.isEmpty() || !state.isUp() || !options.isPlugin()) {
                // where it is not up yet, it will ask for them as it comes up
                accepted.complete(null);
                return;
            }
            evenTypes = EvenTypesPlugin.of(dispatcher.filters());
            var plugin = new EvenTypesPlugin(more);
            Relay opened = Relay.open(options.relayParent(), plugin);
            evenTypeRelays.add(opened);
            startPlugin(opened)
                    .thenCompose(started -> plugin.whenInitialised())
                    // lightningd answers before its connectd knows: another request's turn comes after that
                    .thenCompose(up -> rpc.call("getinfo", JsonNodeFactory.instance.objectNode()))
                    .whenComplete((answer, failure) -> {
                        if (failure == null) {
                            accepted.complete(null);
                        } else {
                            accepted.completeExceptionally(CoreLightningNode.unwrapped(failure));
                        }
                    });
        });
        return accepted;
    }

    private void attached(@Nullable DaemonInfo daemon, @Nullable Throwable failure) {
        if (failure == null && daemon != null && !stopping) {
            backoffMillis = MIN_BACKOFF_MILLIS;
            state = NodeState.of(Status.UP, "lightningd " + daemon.versionText() + " at " + options.socket());
            LOG.info("lightningd {}, node {}, is up at {}", daemon.versionText(), daemon.nodeId(), options.socket());
            firstTime.complete(null);
            return;
        }
        closeRelay();
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

    /** The plugin's run is over, and not because we wanted it. */
    private void detached(Relay ended, String reason) {
        step(() -> {
            if (relay == ended) {
                comeBack("no longer a plugin of lightningd: " + reason);
            }
        });
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
        commando.down(reason);
        closeRelay();
        attachLater();
    }

    private void step(Runnable step) {
        try {
            steps.execute(step);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("Passed over, since the node is stopped");
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

    CompletionStage<Void> stop() {
        var stopped = new CompletableFuture<Void>();
        steps.execute(() -> {
            stopping = true;
            state = NodeState.of(Status.STOPPED, "stopped");
            release();
            stopped.complete(null);
        });
        return stopped;
    }

    private void release() {
        stopping = true;
        topics.remove(disconnects);
        commando.close();
        closeRelay();
        rpc.close();
        steps.shutdown();
    }

    private void closeRelay() {
        Relay open = relay;
        relay = null;
        if (open != null) {
            open.close();
        }
        evenTypeRelays.forEach(Relay::close);
        evenTypeRelays.clear();
        evenTypes = Set.of();
    }

    CompletionStage<JsonNode> call(String method, JsonNode params) {
        return rpc.call(method, params);
    }

    /** For a command whose result says nothing that its success does not: it is not looked at. */
    CompletionStage<Void> tell(String method, JsonNode params) {
        return rpc.call(RpcRequest.of(method, params)).thenAccept(JsonResult::close);
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

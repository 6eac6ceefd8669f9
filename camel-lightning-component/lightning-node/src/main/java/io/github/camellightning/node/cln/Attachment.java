// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NodeState.Status;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.cln.plugin.Manifest;
import io.github.camellightning.node.cln.plugin.Stdio;
import io.github.camellightning.node.commando.CommandoClient;
import io.github.camellightning.node.commando.CommandoSettings;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link CoreLightningNode} between start and stop: the client's connection, the plugin, and the way back to both when the daemon or the relay goes
 * away. All of its own steps run on one thread, one after the other.
 */
final class Attachment {

    private static final Logger LOG = LoggerFactory.getLogger(CoreLightningNode.class);

    private final CoreLightningOptions options;
    private final Wanted wanted;
    private final Stdio stdio;
    private final ScheduledExecutorService steps = newSteps();
    private final DaemonClient client;
    private final CommandoClient commando;
    /** One for all runs: what an earlier one was asked may be handled still. */
    private final MessagePlugin messages;

    private final Latecomers latecomers;
    private final Untold untold;
    private final Consumer<PeerEvent> disconnects = this::heard;
    private final CompletableFuture<Void> firstTime = new CompletableFuture<>();
    private final Pause pause = new Pause();
    private volatile boolean stopping;
    private volatile @Nullable Plugins plugins;
    private volatile @Nullable DaemonInfo info;
    private volatile NodeState state = NodeState.of(Status.STARTING, "starting");

    /** @param stdio the run as a plugin that lightningd itself has started, where it has: it outlives this */
    Attachment(CoreLightningOptions options, Wanted wanted, Stdio stdio) {
        this.options = options;
        this.wanted = wanted;
        this.stdio = stdio;
        this.client = new DaemonClient(options, steps);
        this.commando =
                new CommandoClient(CommandoSettings.withDeadline(options.requestTimeout()), new CommandoFrames(client));
        this.messages = new MessagePlugin(
                wanted.messages, new HookQueue(wanted.messages, client::disconnect), commando, wanted.counters);
        this.latecomers = new Latecomers(steps, this::running, step -> after(Pause.MIN_MILLIS, step));
        this.untold = new Untold(
                () -> wanted.manifest(options),
                wanted::method,
                this::tell,
                this::running,
                this::after,
                System::nanoTime);
        wanted.peers.add(disconnects);
    }

    private static ScheduledExecutorService newSteps() {
        var steps = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "lightning-cln");
            thread.setDaemon(true);
            return thread;
        });
        // or a step that is due in half a minute would keep the thread as long
        steps.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return steps;
    }

    private void after(long millis, Runnable step) {
        steps.schedule(step, millis, TimeUnit.MILLISECONDS);
    }

    /** Null where the node is not up. */
    private @Nullable Plugins running() {
        return state.isUp() ? plugins : null;
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
        if (options.isStdio()) {
            steps.execute(this::introduce);
        } else {
            connect(options.socket());
            steps.execute(this::attach);
        }
        return firstTime;
    }

    /** What lightningd asks at first lies in the pipe until now, when all is known that is wanted. */
    private void introduce() {
        Plugins becoming = newPlugins();
        plugins = becoming;
        // commands come once lightningd can be asked which it has: one more of the same name would end it
        becoming.start(stdio.declared(wanted.manifest(options).withoutMethods()), (plugin, opened) -> {
                    options.requireInTime();
                    stdio.open(plugin);
                    opened.accept(stdio::release);
                    return plugin.whenInitialised().thenAccept(this::connect);
                })
                .whenCompleteAsync(
                        (introduced, failure) -> {
                            String over = becoming.over() == null ? stdio.over() : becoming.over();
                            if (failure == null) {
                                attach();
                            } else if (over == null) {
                                attached(null, failure);
                            } else {
                                exit(over);
                            }
                        },
                        steps);
    }

    private void connect(JsonNode configuration) {
        connect(Path.of(configuration.path("lightning-dir").asText())
                .resolve(configuration.path("rpc-file").asText()));
    }

    private void connect(Path socket) {
        client.connect(socket, this::lost);
    }

    private void attach() {
        if (stopping) {
            return;
        }
        client.call("getinfo", JsonNodeFactory.instance.objectNode())
                .thenApply(DaemonInfo::of)
                .thenComposeAsync(this::becomePlugin, steps)
                .whenCompleteAsync((daemon, failure) -> attached(daemon, failure), steps);
    }

    private CompletionStage<DaemonInfo> becomePlugin(DaemonInfo daemon) {
        info = daemon;
        if (!options.isPlugin() || options.isStdio()) {
            return CompletableFuture.completedFuture(daemon);
        }
        Plugins becoming = newPlugins();
        plugins = becoming;
        Manifest all = wanted.manifest(options);
        boolean isFirstTime = !firstTime.isDone();
        return becoming.start(all)
                .exceptionallyCompose(failure -> !isFirstTime && Untold.isRefused(failure)
                        // another has the name of a command by now: it is told later, and keeps nothing else down
                        ? becoming.start(all.withoutMethods())
                        : CompletableFuture.failedFuture(failure))
                .thenApply(started -> daemon);
    }

    private Plugins newPlugins() {
        var becoming = new CompletableFuture<Plugins>();
        var created = new Plugins(
                wanted,
                messages,
                new RelayLauncher(options, client::call, steps),
                () -> becoming.thenAccept(this::dismissed),
                (plugin, reason) -> becoming.thenAccept(these -> detached(these, plugin, reason)));
        becoming.complete(created);
        return created;
    }

    /** A listener came: completes when lightningd knows of what it wants, or need not know any more; fails where it will not have it. */
    CompletionStage<Void> tell(Manifest more) {
        return more.isNothing() || !options.isReceiving()
                ? CompletableFuture.completedFuture(null)
                : latecomers.add(more);
    }

    CompletionStage<Void> emit(String topic, JsonNode payload) {
        Plugins now = plugins;
        return now == null
                ? CompletableFuture.failedFuture(
                        new NotConnectedException("This node is no plugin of lightningd: " + state.reason()))
                : now.emit(topic, payload, options.requestTimeout());
    }

    private void attached(@Nullable DaemonInfo daemon, @Nullable Throwable failure) {
        if (stopping) {
            closePlugins();
            return;
        }
        String over = over();
        if (failure == null && daemon != null && over == null && client.isUp()) {
            up(daemon);
            return;
        }
        LightningException reason = failure == null
                ? new NotConnectedException(
                        over == null ? "lightningd closed the connection" : "no longer a plugin of lightningd: " + over)
                : known(CoreLightningNode.unwrapped(failure));
        if (options.isStdio() && client.isConnected()) {
            // it starts its plugins before it listens
            attachLater();
            return;
        }
        closePlugins();
        state = NodeState.of(Status.DOWN, String.valueOf(reason.getMessage()));
        if (!firstTime.isDone()) {
            release();
            firstTime.completeExceptionally(reason);
        } else {
            attachLater();
        }
    }

    private static LightningException known(Throwable failure) {
        return failure instanceof LightningException known
                ? known
                : new NotConnectedException("lightningd cannot be used: " + failure, failure);
    }

    /** Why the plugin that is to serve all ended before it was known to be up, if so. */
    private @Nullable String over() {
        Plugins now = plugins;
        return now == null ? null : now.over();
    }

    private void up(DaemonInfo daemon) {
        pause.reset();
        state = NodeState.of(Status.UP, "lightningd " + daemon.versionText() + where());
        LOG.info("{}, node {}, is up", state.reason(), daemon.nodeId());
        if (!firstTime.complete(null)) {
            wanted.counters.reconnects.increment();
        }
        untold.tell();
        latecomers.tellWaiting();
    }

    /** A plugin's run is over, and not because we wanted it. */
    private void detached(Plugins ended, DaemonPlugin plugin, String reason) {
        step(() -> {
            if (plugins != ended) {
                return;
            }
            if (!ended.isFirst(plugin)) {
                LOG.warn(
                        "lightningd lost a plugin of ours, {}; it is started again. Was it stopped or killed?", reason);
                ended.forget(plugin);
                untold.tellLater();
            } else if (options.isStdio()) {
                exit(reason);
            } else {
                comeBack("no longer a plugin of lightningd: " + reason);
            }
        });
    }

    /** lightningd is about to end a plugin, or itself: it waits a while for what is under way. */
    private void dismissed(Plugins ending) {
        ending.drain()
                .thenRun(() -> step(() -> {
                    if (plugins == ending) {
                        if (options.isStdio()) {
                            exit("lightningd asked it to end");
                        } else {
                            comeBack("no longer a plugin of lightningd: it asked the plugin to end");
                        }
                    }
                }));
    }

    /** Who was started as a plugin has nothing more to do. */
    private void exit(String reason) {
        if (!stopping) {
            state = NodeState.of(Status.DOWN, "no longer a plugin of lightningd: " + reason);
            Stdio.exit();
            firstTime.completeExceptionally(new NotConnectedException(state.reason()));
        }
    }

    /** The connection to the daemon is gone. */
    private void lost(String reason) {
        step(() -> comeBack(reason));
    }

    private void comeBack(String reason) {
        if (stopping || !state.isUp()) {
            return;
        }
        LOG.warn("lightningd{}: {}; trying again. Does it run?", where(), reason);
        state = NodeState.of(Status.DOWN, reason);
        commando.down(reason);
        if (!options.isStdio()) {
            closePlugins();
        }
        attachLater();
    }

    private String where() {
        return options.isStdio() ? ", which started this process" : " at " + options.socket();
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
        long jittered = Math.round(pause.next() * ThreadLocalRandom.current().nextDouble(0.5, 1.5));
        after(jittered, this::attachAgain);
    }

    /** A lightningd that shuts down serves the connections that it has, but would wait half a minute for a plugin that comes now. */
    private void attachAgain() {
        client.isListening()
                .whenCompleteAsync(
                        (listening, failure) -> {
                            if (failure == null) {
                                attach();
                            } else {
                                attached(null, failure);
                            }
                        },
                        steps);
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
                        firstTime.completeExceptionally(
                                new NotConnectedException("This node was stopped before it was up"));
                        stopped.complete(null);
                    },
                    steps);
        });
        return stopped;
    }

    private void release() {
        stopping = true;
        wanted.peers.remove(disconnects);
        commando.close();
        closePlugins();
        client.close();
        steps.shutdown();
        // steps that were due are not taken any more
        latecomers.close();
    }

    private void closePlugins() {
        Plugins open = plugins;
        plugins = null;
        if (open != null) {
            open.close();
        }
    }

    DaemonClient client() {
        return client;
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

    /** Why lightningd does not have all that is wanted, though it was asked; null where it has. */
    @Nullable
    String refusal() {
        return untold.refusal();
    }

    boolean isRegistered() {
        Plugins now = plugins;
        return now != null && now.isServing();
    }
}

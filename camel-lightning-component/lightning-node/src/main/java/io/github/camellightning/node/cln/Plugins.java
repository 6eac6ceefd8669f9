// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.cln.plugin.Manifest;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins that this application is to one run of the daemon: the first for all that was wanted then, and another for each thing that came later. What two of
 * them hear, the earlier one takes. With the first all end; each of the others may end alone.
 */
final class Plugins {

    /** Each is a process beside the daemon. */
    private static final int PLUGINS_WITH_TYPES = 4;

    private static final Logger LOG = LoggerFactory.getLogger(CoreLightningNode.class);

    /** Has lightningd start a plugin. */
    interface Launcher {
        /**
         * @param opened told of what to close at the end, before lightningd is asked
         * @return completes when lightningd has taken it on
         */
        CompletionStage<Void> launch(DaemonPlugin plugin, Consumer<Closeable> opened);
    }

    /** Told of a plugin whose run is over. */
    interface Ended {
        void accept(DaemonPlugin plugin, String reason);
    }

    private final Wanted wanted;
    private final Launcher launcher;
    private final MessagePlugin messages;
    private final Runnable shutDown;
    private final Ended ended;
    private final List<DaemonPlugin> plugins = new CopyOnWriteArrayList<>();
    private final Map<DaemonPlugin, Closeable> opened = new ConcurrentHashMap<>();
    private volatile @Nullable DaemonPlugin first;
    private volatile @Nullable String over;
    private volatile boolean draining;
    private volatile boolean closed;

    /**
     * @param messages where those of peers go
     * @param shutDown told that lightningd wants to end, or wants us to
     * @param ended told why, once for each plugin that ended before it was closed
     */
    Plugins(Wanted wanted, MessagePlugin messages, Launcher launcher, Runnable shutDown, Ended ended) {
        this.wanted = wanted;
        this.launcher = launcher;
        this.messages = messages;
        this.shutDown = shutDown;
        this.ended = ended;
    }

    /** Becomes one more plugin for what of this is new; where nothing is, completes at once. */
    CompletionStage<Void> start(Manifest more) {
        return start(more, launcher);
    }

    /** The same, in another way than the usual. */
    CompletionStage<Void> start(Manifest more, Launcher launcher) {
        Manifest missing =
                widened(more.minus(plugins.stream().map(DaemonPlugin::declared).toList()));
        if (missing.isNothing()) {
            return CompletableFuture.completedFuture(null);
        }
        var plugin = new DaemonPlugin(this, wanted, messages, missing);
        if (first == null) {
            first = plugin;
        }
        plugins.add(plugin);
        if (draining) {
            plugin.drain();
        }
        return launched(plugin, launcher).whenComplete((ignored, failure) -> {
            if (failure != null) {
                forget(plugin);
            }
        });
    }

    /** Some plugins each ask for types of their own; one more asks for all, and is the last that messages want. */
    private Manifest widened(Manifest missing) {
        return plugins.stream()
                                .filter(plugin -> plugin.declared().hasHook(MessagePlugin.CUSTOMMSG))
                                .count()
                        < PLUGINS_WITH_TYPES
                ? missing
                : missing.withoutFilters();
    }

    private CompletionStage<Void> launched(DaemonPlugin plugin, Launcher by) {
        try {
            return by.launch(plugin, open -> opened(plugin, open));
        } catch (RuntimeException | LinkageError failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** Whether this one, of all that hear of a topic, is to pass it on. */
    boolean hears(DaemonPlugin asking, String topic) {
        for (DaemonPlugin plugin : plugins) {
            if (plugin == asking) {
                return true;
            }
            if (plugin.declared().subscribes(topic)) {
                return false;
            }
        }
        return false;
    }

    /** Whether this one, of all that are asked about messages of a type, is to pass them on. Daemons before 25.12 ask each about all types. */
    boolean takes(DaemonPlugin asking, int type) {
        for (DaemonPlugin plugin : plugins) {
            if (plugin.declared().takesMessages(type)) {
                return plugin == asking;
            }
        }
        return false;
    }

    CompletionStage<Void> emit(String topic, JsonNode payload, Duration deadline) {
        return plugins.stream()
                .filter(plugin -> plugin.declared().notifications().contains(topic)
                        && plugin.whenInitialised().isDone())
                .findFirst()
                .map(plugin -> plugin.emit(topic, payload, deadline))
                .orElseGet(() -> CompletableFuture.failedFuture(
                        new NotConnectedException("lightningd does not know yet of the topic " + topic)));
    }

    /** lightningd wants this one to end. */
    void shutDown(DaemonPlugin plugin) {
        LOG.info("lightningd asks the plugin to end");
        if (!isFirst(plugin)) {
            plugin.drain().thenRun(() -> forget(plugin));
            return;
        }
        over = "lightningd asked the plugin to end";
        shutDown.run();
    }

    void ended(DaemonPlugin plugin, String reason) {
        if (!closed) {
            if (isFirst(plugin)) {
                over = reason;
            }
            ended.accept(plugin, reason);
        }
    }

    /** Why the one for all that was wanted at first does not run any more, if so. */
    @Nullable
    String over() {
        return over;
    }

    /** Whether lightningd has the one for all that was wanted at first. */
    boolean isServing() {
        DaemonPlugin serving = first;
        return serving != null
                && !closed
                && over == null
                && serving.whenInitialised().isDone()
                && !serving.whenInitialised().isCompletedExceptionally();
    }

    /** Whether it is the one for all that was wanted at first. */
    boolean isFirst(DaemonPlugin plugin) {
        return first == plugin;
    }

    /** It does not run any more. */
    void forget(DaemonPlugin plugin) {
        plugins.remove(plugin);
        if (isFirst(plugin) && over == null) {
            first = null;
        }
        Closeable open = opened.remove(plugin);
        if (open != null) {
            close(open);
        }
    }

    /** Lets nothing more in and waits, so long, for what is under way. Completes, always, when all is answered and lightningd told so. */
    CompletionStage<Void> drain() {
        draining = true;
        return CompletableFuture.allOf(plugins.stream()
                .map(plugin -> plugin.drain().toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    /** Answers what is left and ends them all. */
    void close() {
        closed = true;
        plugins.forEach(DaemonPlugin::abandon);
        opened.values().forEach(Plugins::close);
    }

    private void opened(DaemonPlugin plugin, Closeable open) {
        opened.put(plugin, open);
        if (closed) {
            close(open);
        }
    }

    private static void close(Closeable open) {
        try {
            open.close();
        } catch (IOException | UncheckedIOException failure) {
            LOG.warn("What a plugin needed could not be removed. Remove it by hand: {}", failure.getMessage());
        }
    }
}

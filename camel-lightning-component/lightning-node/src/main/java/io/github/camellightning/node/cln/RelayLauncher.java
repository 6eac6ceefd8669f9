// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.plugin.Manifest;
import io.github.camellightning.node.cln.plugin.Relay;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has lightningd start a relay, {@code plugin start}, once it is sure that this does no harm. */
final class RelayLauncher implements Plugins.Launcher {

    private static final int METHOD_NOT_FOUND = -32601;
    /** A plugin of ours that has just ended is a command of lightningd's a moment longer. */
    private static final int TRIES = 20;

    private static final long RETRY_MILLIS = 150;

    private final CoreLightningOptions options;
    private final BiFunction<String, JsonNode, CompletionStage<JsonNode>> rpc;
    private final ScheduledExecutorService steps;
    /** Of an installed relay: lightningd runs each path once. */
    private final Set<Integer> copies = ConcurrentHashMap.newKeySet();

    RelayLauncher(
            CoreLightningOptions options,
            BiFunction<String, JsonNode, CompletionStage<JsonNode>> rpc,
            ScheduledExecutorService steps) {
        this.options = options;
        this.rpc = rpc;
        this.steps = steps;
    }

    @Override
    public CompletionStage<Void> launch(DaemonPlugin plugin, Consumer<Closeable> opened) {
        CompletionStage<Void> unused = CompletableFuture.completedFuture(null);
        for (Manifest.Method method : plugin.declared().methods()) {
            unused = unused.thenCompose(before -> requireUnused(method.name(), TRIES));
        }
        return unused.thenComposeAsync(
                before -> {
                    int copy = free();
                    Relay relay = open(plugin, copy);
                    opened.accept(() -> {
                        relay.close();
                        copies.remove(copy);
                    });
                    return start(relay)
                            .thenCompose(started -> joined(plugin, relay))
                            // lightningd answers before its connectd knows of new message types: another request's turn
                            // comes after that
                            .thenCompose(taken -> rpc.apply("getinfo", JsonNodeFactory.instance.objectNode()))
                            .thenApply(answer -> (Void) null)
                            .whenComplete((started, failure) -> {
                                if (failure != null) {
                                    relay.close();
                                }
                            });
                },
                steps);
    }

    /** lightningd says that it started a relay whoever it was that the relay joined. */
    private CompletionStage<JsonNode> joined(DaemonPlugin plugin, Relay relay) {
        return plugin.whenInitialised()
                .copy()
                .orTimeout(options.requestTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        CoreLightningNode.unwrapped(failure) instanceof TimeoutException
                                ? new LightningException("lightningd started " + relay.executable()
                                        + ", which did not join this application within " + options.requestTimeout()
                                        + ": each application needs a relay of its own (options relay, relayDirectory)")
                                : failure));
    }

    private int free() {
        int copy = 1;
        while (!copies.add(copy)) {
            copy++;
        }
        return copy;
    }

    private Relay open(DaemonPlugin plugin, int copy) {
        try {
            return relay(plugin, copy);
        } catch (RuntimeException unusable) {
            copies.remove(copy);
            throw unusable;
        }
    }

    private Relay relay(DaemonPlugin plugin, int number) {
        Path installed = options.installedRelay();
        Path folder = options.relayParent();
        if (installed == null) {
            return Relay.open(folder, plugin);
        }
        Path copy = number == 1 ? installed : installed.resolveSibling(installed.getFileName() + "-" + number);
        Path sockets = folder == null ? installed.toAbsolutePath().getParent() : folder;
        return Relay.installed(copy, sockets == null ? copy : sockets, plugin);
    }

    private CompletionStage<JsonNode> start(Relay relay) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        params.put("subcommand", "start").put("plugin", relay.executable().toString());
        return rpc.apply("plugin", params)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        CoreLightningNode.unwrapped(failure) instanceof RemoteErrorException refused
                                ? refused(relay, refused)
                                : failure));
    }

    private static RemoteErrorException refused(Relay relay, RemoteErrorException refused) {
        return new RemoteErrorException(
                refused.code(),
                "lightningd did not start the relay " + relay.executable()
                        + ", which it must see and may execute (options relayDirectory, relay): "
                        + refused.getMessage(),
                refused.data());
    }

    /** A command by the name of one of its own ends lightningd. */
    private CompletionStage<Void> requireUnused(String method, int tries) {
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("command", method);
        return rpc.apply("help", params)
                .handle((help, failure) -> isUnknown(failure == null ? null : CoreLightningNode.unwrapped(failure)))
                .thenCompose(unused -> {
                    if (unused) {
                        return CompletableFuture.completedFuture(null);
                    }
                    if (tries <= 1) {
                        throw new InvalidMessageException("The method " + method + " cannot be had: lightningd, or a"
                                + " plugin of it, has a command of that name already (help " + method + ")");
                    }
                    return CompletableFuture.runAsync(
                                    () -> {}, CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS))
                            .thenCompose(waited -> requireUnused(method, tries - 1));
                });
    }

    /** It also refuses to explain a command that it has, as one that is deprecated, with the same code. */
    private static boolean isUnknown(@Nullable Throwable failure) {
        if (failure != null && !(failure instanceof RemoteErrorException)) {
            throw new CompletionException(failure);
        }
        return failure instanceof RemoteErrorException refused
                && refused.code() == METHOD_NOT_FOUND
                && String.valueOf(refused.getMessage()).startsWith("Unknown command");
    }
}

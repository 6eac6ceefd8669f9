// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.plugin.Manifest;
import io.github.camellightning.node.cln.plugin.PluginHandler;
import io.github.camellightning.node.cln.plugin.PluginSession;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One plugin of the daemon that this application is: what lightningd says and asks through its pipe goes to whom it concerns. */
final class DaemonPlugin implements PluginHandler {

    private static final String SHUTDOWN = "shutdown";
    private static final int INTERNAL_ERROR = -32603;
    /** How long what is under way may take at a stop. */
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private static final Duration FLUSH = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(CoreLightningNode.class);

    private final Plugins plugins;
    private final Wanted wanted;
    private final MessagePlugin messages;
    private final OpenCalls calls = new OpenCalls();
    private final Manifest manifest;
    private final CompletableFuture<JsonNode> initialised = new CompletableFuture<>();
    private volatile @Nullable PluginSession session;
    private volatile boolean dismissed;

    DaemonPlugin(Plugins plugins, Wanted wanted, MessagePlugin messages, Manifest manifest) {
        this.plugins = plugins;
        this.wanted = wanted;
        this.messages = messages;
        // who wants to hear of a shutdown is given time for what is under way
        this.manifest = manifest.subscribing(SHUTDOWN);
    }

    /** What it is for, whether lightningd has taken it on or not. */
    Manifest declared() {
        return manifest;
    }

    /** Completes with the daemon's configuration when it has taken us on, fails when it never will. */
    CompletableFuture<JsonNode> whenInitialised() {
        return initialised;
    }

    @Override
    public void joined(PluginSession joined) {
        session = joined;
    }

    @Override
    public CompletionStage<Manifest> manifest() {
        return CompletableFuture.completedFuture(manifest);
    }

    @Override
    public void initialised(JsonNode configuration) {
        initialised.complete(configuration);
    }

    @Override
    public CompletionStage<JsonNode> hook(String name, JsonNode params) {
        if (!name.equals(MessagePlugin.CUSTOMMSG)) {
            return calls.run(
                    () -> wanted.hooks.answer(name, params),
                    () -> CompletableFuture.completedFuture(HookListeners.safeAnswer(name, params)));
        }
        int type = MessagePlugin.typeOf(params);
        if (!plugins.takes(this, type)) {
            return safe();
        }
        if (type == MessageTypes.COMMANDO_REPLY_MORE || type == MessageTypes.COMMANDO_REPLY_LAST) {
            // at a stop too: what is under way may wait for it
            return messages.hook(params);
        }
        if (dismissed || plugins.over() != null) {
            // it is the plugin that ends: routes serve on
            return messages.hook(params);
        }
        return calls.run(() -> messages.hook(params), messages::passOver, DaemonPlugin::safe);
    }

    @Override
    public JsonNode safeAnswer(String hook, JsonNode params) {
        return HookListeners.safeAnswer(hook, params);
    }

    private static CompletionStage<JsonNode> safe() {
        return CompletableFuture.completedFuture(KnownHook.continued());
    }

    @Override
    public CompletionStage<JsonNode> method(String name, JsonNode params) {
        return calls.run(
                () -> wanted.methods.call(name, params),
                () -> CompletableFuture.failedFuture(
                        new RemoteErrorException(INTERNAL_ERROR, name + " is not served: it is being stopped", null)));
    }

    @Override
    public void notification(String topic, JsonNode params, @Nullable String origin) {
        if (topic.equals(SHUTDOWN)) {
            dismissed = true;
            plugins.shutDown(this);
        }
        if (plugins.hears(this, topic)) {
            wanted.peers.notified(topic, params);
            wanted.topics.notified(topic, params, origin);
        }
    }

    CompletionStage<Void> emit(String topic, JsonNode payload, Duration deadline) {
        PluginSession joined = session;
        return joined == null
                ? CompletableFuture.failedFuture(
                        new NotConnectedException("lightningd does not know yet of the topic " + topic))
                : joined.emit(topic, payload, deadline);
    }

    /** Lets nothing more in and waits, so long, for what is under way. Completes, always, when all is answered and lightningd told so. */
    CompletionStage<Void> drain() {
        return calls.close()
                .copy()
                .orTimeout(DRAIN.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(tooSlow -> {
                    LOG.warn(
                            "What lightningd asked is not answered within {}: it goes on as without us. See to the routes that answer it",
                            DRAIN);
                    calls.abandon();
                    return null;
                })
                .thenCompose(drained -> flushed().orTimeout(FLUSH.toMillis(), TimeUnit.MILLISECONDS))
                .handle((flushed, failure) -> null);
    }

    /** Lets nothing more in and answers what is left. */
    void abandon() {
        calls.close();
        calls.abandon();
    }

    /** Completes when lightningd has been told all that was answered until now. */
    private CompletableFuture<Void> flushed() {
        PluginSession joined = session;
        return joined == null
                ? CompletableFuture.completedFuture(null)
                : joined.flushed().toCompletableFuture();
    }

    @Override
    public void ended(String reason) {
        boolean takenOn = !initialised.completeExceptionally(
                new LightningException("lightningd did not take the plugin on: " + reason));
        // one that never was is the business of who started it, and none of those that are
        if (takenOn || plugins.isFirst(this)) {
            plugins.ended(this, reason);
        }
    }
}

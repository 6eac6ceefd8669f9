// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.DaemonNode;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.HookListener;
import io.github.camellightning.node.HookSpec;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageListener;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.MethodListener;
import io.github.camellightning.node.MethodSpec;
import io.github.camellightning.node.NodeCounts;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.ReferenceCountedLifecycle;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.cln.plugin.Manifest;
import io.github.camellightning.node.cln.plugin.PluginSession;
import io.github.camellightning.node.cln.plugin.Stdio;
import io.github.camellightning.node.cln.rpc.RpcClient;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A running lightningd: its client over the Unix socket, and its plugin, joined by a relay that it starts. Nothing is to be configured there. What
 * would bring the daemon down is refused before it gets there.
 *
 * <p>A JavaBean: set what {@link CoreLightningOptions} lists, then {@link #start()}.
 */
public final class CoreLightningNode extends CoreLightningOptions implements DaemonNode {

    /** What lightningd answers where a peer is unknown or not connected, and where it will not send a type. */
    private static final int INVALID_REQUEST = -32600;

    private final Wanted wanted = new Wanted(this::isCommandoFallback);
    private final Stdio stdio = new Stdio();
    private final ReferenceCountedLifecycle lifecycle = new ReferenceCountedLifecycle(this::bringUp, this::takeDown);
    private volatile @Nullable Attachment attachment;

    @Override
    public CompletionStage<Void> start() {
        return lifecycle.start();
    }

    @Override
    public CompletionStage<Void> stop() {
        return lifecycle.stop();
    }

    private CompletionStage<Void> bringUp() {
        var attaching = new Attachment(this, wanted, stdio);
        attachment = attaching;
        return attaching.start();
    }

    private CompletionStage<Void> takeDown() {
        Attachment detaching = attachment;
        return detaching == null ? CompletableFuture.completedFuture(null) : detaching.stop();
    }

    @Override
    public NodeId nodeId() {
        return up().info().nodeId();
    }

    @Override
    public NodeState state() {
        Attachment now = attachment;
        return now == null ? NodeState.of(NodeState.Status.STOPPED, "not started") : now.state();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Here <em>sent</em> means that lightningd has handed the message to its connection with the peer. With {@link #setThrottle throttling} that may be
     * later: a peer is sent no more than it reads.
     */
    @Override
    public CompletionStage<Void> send(NodeId peer, CustomMessage message) {
        try {
            MessageTypes.requireSendable(message.type(), isPeerStorage());
            Attachment now = up();
            requireSendable(now.info(), peer, message);
            // what the throttle gives out can be recalled, what is derived of it cannot
            return now.client().throttled(peer, 2 + message.payload().length, left -> now.client()
                    .sendCustomMessage(sendParams(peer, message), left)
                    .exceptionally(failure -> {
                        throw sendFailure(peer, failure);
                    }));
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private static void requireSendable(DaemonInfo daemon, NodeId peer, CustomMessage message) {
        if (peer.equals(daemon.nodeId())) {
            throw new InvalidMessageException("Peer " + peer + " is this node itself");
        }
        if (MessageTypes.isEven(message.type()) && !daemon.has(DaemonInfo.EVEN_TYPES)) {
            throw new InvalidMessageException("Message type " + message.type()
                    + " is even, which lightningd sends since v23.11; this is " + daemon.versionText());
        }
    }

    static ObjectNode sendParams(NodeId peer, CustomMessage message) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        return params.put("node_id", peer.hex()).put("msg", hex(message));
    }

    /** Even digits, no prefix, never empty: anything else ends the daemon. */
    private static String hex(CustomMessage message) {
        return HexFormat.of().toHexDigits((short) message.type())
                + HexFormat.of().formatHex(message.payload());
    }

    static RuntimeException sendFailure(NodeId peer, Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof RemoteErrorException remote && remote.code() == INVALID_REQUEST) {
            String words = String.valueOf(remote.getMessage());
            // the second of those before v23.11
            return words.startsWith("Cannot send messages of type") || words.startsWith("Cannot send even-typed")
                    ? new InvalidMessageException(words)
                    : new NotConnectedException("Peer " + peer + " is not connected: " + words);
        }
        return cause instanceof RuntimeException known ? known : new CompletionException(cause);
    }

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public CompletionStage<JsonResult> commando(NodeId peer, MethodCall call, @Nullable String rune) {
        try {
            Attachment now = up();
            if (peer.equals(now.info().nodeId())) {
                throw new InvalidMessageException("Peer " + peer + " is this node itself");
            }
            requireCommando();
            if (isReceiving()) {
                return now.commando().call(peer, call, rune);
            }
            return new CommandoCommand(now.client()).call(peer, call, rune);
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public void requireCommando() {
        if (!isReceiving()) {
            requireCallable(CommandoCommand.NAME);
        }
    }

    @Override
    public CompletionStage<Void> connect(PeerAddress address) {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        params.put("id", address.nodeId().hex()).put("host", address.host()).put("port", address.port());
        return connect(address.nodeId(), params);
    }

    @Override
    public CompletionStage<Void> connect(NodeId peer) {
        return connect(peer, JsonNodeFactory.instance.objectNode().put("id", peer.hex()));
    }

    private CompletionStage<Void> connect(NodeId peer, ObjectNode params) {
        try {
            Attachment now = up();
            if (peer.equals(now.info().nodeId())) {
                throw new InvalidMessageException("Peer " + peer + " is this node itself");
            }
            return now.client().call("connect", params).handle((answer, failure) -> {
                if (failure != null) {
                    Throwable cause = unwrapped(failure);
                    throw cause instanceof RemoteErrorException remote
                            ? new NotConnectedException(
                                    "Cannot connect to " + peer + ": " + remote.getMessage(), remote)
                            : new CompletionException(cause);
                }
                return null;
            });
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public CompletionStage<Void> disconnect(NodeId peer) {
        try {
            ObjectNode params = JsonNodeFactory.instance.objectNode();
            params.put("id", peer.hex()).put("force", true);
            return up().client().call("disconnect", params).handle((answer, failure) -> {
                if (failure != null && !(unwrapped(failure) instanceof RemoteErrorException)) {
                    throw new CompletionException(unwrapped(failure));
                }
                // the daemon's own refusal says that there was nothing to disconnect
                return null;
            });
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public CompletionStage<List<Peer>> peers() {
        try {
            return up().client()
                    .call("listpeers", JsonNodeFactory.instance.objectNode())
                    .thenApply(wanted.peers::peers);
        } catch (LightningException down) {
            return CompletableFuture.completedFuture(List.of());
        }
    }

    @Override
    public boolean isRegistered() {
        Attachment now = attachment;
        return now != null && now.isRegistered();
    }

    @Override
    public @Nullable String refusal() {
        Attachment now = attachment;
        return now == null ? null : now.refusal();
    }

    /** Peers are the daemon's to refuse: of those connections nothing is known. */
    @Override
    public NodeCounts counts() {
        DaemonCounters counters = wanted.counters;
        return new NodeCounts(counters.received.sum(), counters.unclaimed.sum(), 0, counters.reconnects.sum());
    }

    @Override
    public CompletionStage<JsonResult> call(MethodCall call) {
        try {
            CommandGuard.check(call.method(), call.params());
            requireCallable(call.method());
            return up().client().call(call);
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public Executor lendingOr(Executor otherwise) {
        return RpcClient.lendingOr(otherwise);
    }

    @Override
    public <T> CompletionStage<T> waiting(Supplier<CompletionStage<T>> call) {
        Attachment now = attachment;
        return now == null ? call.get() : now.client().waiting(call);
    }

    @Override
    public void requireCallable(String method) {
        CommandGuard.requireHarmless(method);
        if (method.equals(CommandoCommand.NAME) && !isCommandoFallback()) {
            throw CommandoCommand.refused();
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The plugin that sent a notification is not told. With {@code *} each payload comes in an object of one member, named like its topic. The topic
     * {@code log} is not among all.
     */
    @Override
    public Registration onNotification(String topic, Consumer<JsonNode> listener) {
        requireReceiving("notifications");
        return told(wanted.topics.listen(topic, listener), Wanted.subscription(topic));
    }

    @Override
    public Registration announce(String topic) {
        requireReceiving("topics of its own");
        return told(wanted.topics.announce(topic), Wanted.announcement(topic));
    }

    @Override
    public CompletionStage<Void> emit(String topic, JsonNode payload) {
        try {
            if (!wanted.topics.isAnnounced(topic)) {
                throw new InvalidMessageException("The topic " + Escaped.of(topic, 100)
                        + " is not announced: lightningd passes on no notification that it was not told of");
            }
            return up().emit(topic, payload);
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public Registration onHook(HookSpec hook, HookListener listener) {
        requireReceiving("hooks");
        return told(wanted.hooks.register(hook, listener), wanted.hook(hook.name()));
    }

    @Override
    public Registration onMethod(MethodSpec method, MethodListener listener) {
        requireReceiving("commands of its own");
        return told(wanted.methods.register(method, listener), wanted.method(method.name()));
    }

    @Override
    public Registration onMessage(MessageFilter filter, MessageListener listener) {
        requireReceiving("messages");
        return told(wanted.messages.register(filter, listener), Wanted.of(filter));
    }

    /** A listener that never hears anything is worse than none. */
    private void requireReceiving(String what) {
        if (!isReceiving()) {
            throw new InvalidMessageException(
                    "Invalid option plugin=false: only a plugin of lightningd has " + what + "; set plugin=true");
        }
    }

    @Override
    public void afterwards(Runnable task) {
        PluginSession.afterwards(task);
    }

    /** What lightningd will not have is closed: the next plugin for all that is wanted would else be refused too. */
    private Registration told(Registration registered, Manifest more) {
        Attachment now = attachment;
        CompletionStage<Void> inForce = now == null ? CompletableFuture.completedFuture(null) : now.tell(more);
        inForce.whenComplete((told, failure) -> {
            if (failure != null) {
                registered.close();
            }
        });
        return new Registration() {
            @Override
            public void close() {
                registered.close();
            }

            @Override
            public CompletionStage<Void> inForce() {
                return inForce;
            }
        };
    }

    @Override
    public Registration onPeerEvent(Consumer<PeerEvent> listener) {
        requireReceiving("events of peers");
        wanted.peers.add(listener);
        return () -> wanted.peers.remove(listener);
    }

    private Attachment up() {
        Attachment now = attachment;
        if (now == null || !now.state().isUp()) {
            throw new NotConnectedException("This node is not up: " + state().reason());
        }
        return now;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CommandoListener;
import io.github.camellightning.node.CommandoNode;
import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageListener;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeCounts;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.ReferenceCountedLifecycle;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.ServedMethod;
import io.github.camellightning.node.commando.ServedMethods;
import io.github.camellightning.node.noise.KeyFile;
import io.github.camellightning.node.noise.NodeKey;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This JVM as a Lightning peer without channels: it listens and dials, speaks BOLT 8 and BOLT 1, and exchanges custom messages. No
 * {@code lightningd} is needed, and no money is near. Never give it the key of a node that has channels: its answers could close them.
 *
 * <p>A JavaBean: set what {@link PeerOptions} lists, then {@link #start()}. Options take effect with the next start.
 */
public final class PeerNode extends PeerOptions implements CommandoNode {

    /** What happens to a message for a peer that takes them too slowly. */
    public enum WhenFull {
        /** The send fails at once. */
        FAIL,
        /** The send completes later, when the message was written after all; see {@link PeerLimits#setOutboundWaiting}. */
        WAIT
    }

    private static final Logger LOG = LoggerFactory.getLogger(PeerNode.class);
    private static final int MAX_LOGGED = 1_024;

    private final MessageDispatcher dispatcher = new MessageDispatcher(this::listenerFailed);
    private final List<Consumer<PeerEvent>> peerListeners = new CopyOnWriteArrayList<>();
    private final ServedMethods methods = new ServedMethods();
    private final PeerCounters counters = new PeerCounters();
    private final ReferenceCountedLifecycle lifecycle = new ReferenceCountedLifecycle(this::bringUp, this::takeDown);

    private volatile NodeState state = NodeState.of(NodeState.Status.STOPPED, "not started");
    private volatile @Nullable Running running;
    private volatile PeerLog log = new PeerLog(getLimits().getLogIntervalMillis());

    /** What there is between a start and a stop. */
    private record Running(
            PeerManager manager,
            PeerSettings settings,
            NodeKey key,
            @Nullable KeyFile keyFile,
            PeerRunes runes) {
        void releaseFiles() {
            if (keyFile != null) {
                keyFile.close();
            }
            runes.close();
        }
    }

    @Override
    public CompletionStage<Void> start() {
        return lifecycle.start();
    }

    @Override
    public CompletionStage<Void> stop() {
        return lifecycle.stop();
    }

    private CompletionStage<Void> bringUp() {
        state = NodeState.of(NodeState.Status.STARTING, "starting");
        // reading the key file may block, and whoever starts us may not
        return CompletableFuture.supplyAsync(this::prepare, PeerNode::onThreadOfItsOwn)
                .thenCompose(this::bringUp)
                .whenComplete((up, failure) -> {
                    if (failure != null) {
                        state = NodeState.of(NodeState.Status.DOWN, Failures.message(failure));
                    }
                });
    }

    private static void onThreadOfItsOwn(Runnable task) {
        var thread = new Thread(task, "lightning-start");
        thread.setDaemon(true);
        thread.start();
    }

    private Running prepare() {
        if (privateKey() != null && keyFile() != null) {
            throw new InvalidMessageException("Both options privateKey and keyFile are set: set one");
        }
        PeerSettings settings = settings();
        String file = keyFile();
        KeyFile opened = file == null ? null : OptionText.keyFile(file, new SecureRandom());
        try {
            return prepare(settings, opened);
        } catch (RuntimeException | Error failed) {
            if (opened != null) {
                opened.close();
            }
            throw failed;
        }
    }

    private Running prepare(PeerSettings settings, @Nullable KeyFile opened) {
        String given = privateKey();
        NodeKey key = opened != null
                ? opened.key()
                : given != null ? OptionText.privateKey(given) : NodeKey.generate(new SecureRandom());
        if (settings.isConfigured(key.nodeId())) {
            throw new InvalidMessageException("Invalid option peers: " + key.nodeId() + " is this node itself");
        }
        var newLog = new PeerLog(settings.limits().getLogIntervalMillis());
        log = newLog;
        PeerRunes runes = PeerRunes.open(getRuneFile(), runeCheck(), !methods.isEmpty());
        var manager = new PeerManager(key, settings, dispatcher, runes.check(), methods, counters, newLog, this::tell);
        return new Running(manager, settings, key, opened, runes);
    }

    private CompletionStage<Void> bringUp(Running prepared) {
        running = prepared;
        return prepared.manager.start().whenComplete((up, failure) -> {
            if (failure == null) {
                up(prepared.key.nodeId(), prepared.manager.listenAddress());
            } else {
                running = null;
                prepared.releaseFiles();
                prepared.manager.stop();
            }
        });
    }

    private void up(NodeId self, @Nullable InetSocketAddress listening) {
        String where = listening == null ? "not listening" : "listening on " + PeerManager.hostAndPort(listening);
        state = NodeState.of(NodeState.Status.UP, where);
        LOG.info("Lightning peer {} is up, {}", self, where);
    }

    private CompletionStage<Void> takeDown() {
        Running stopping = running;
        running = null;
        state = NodeState.of(NodeState.Status.STOPPED, "stopped");
        if (stopping == null) {
            return CompletableFuture.completedFuture(null);
        }
        return stopping.manager
                .stop()
                .whenCompleteAsync((stopped, failure) -> stopping.releaseFiles(), PeerNode::onThreadOfItsOwn);
    }

    @Override
    public NodeId nodeId() {
        return up().key.nodeId();
    }

    /** Where it listens: of use where the port was 0. Null while it is down or does not listen. */
    public @Nullable InetSocketAddress listenAddress() {
        Running now = running;
        return now == null ? null : now.manager.listenAddress();
    }

    @Override
    public NodeState state() {
        return state;
    }

    @Override
    public CompletionStage<Void> send(NodeId peer, CustomMessage message) {
        try {
            Running started = running;
            MessageTypes.requireSendable(
                    message.type(), started == null ? isPeerStorage() : started.settings.peerStorage());
            Running now = up();
            if (peer.equals(now.key.nodeId())) {
                throw new InvalidMessageException("Peer " + peer + " is this node itself");
            }
            return now.manager.connection(peer).outbox().send(message);
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public CompletionStage<JsonResult> commando(NodeId peer, MethodCall call, @Nullable String rune) {
        try {
            Running now = up();
            if (peer.equals(now.key.nodeId())) {
                throw new InvalidMessageException("Peer " + peer + " is this node itself");
            }
            return now.manager.commando().call(peer, call, rune);
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public CompletionStage<Void> connect(PeerAddress address) {
        try {
            Running now = up();
            if (address.nodeId().equals(now.key.nodeId())) {
                throw new InvalidMessageException("Peer " + address + " is this node itself");
            }
            return now.manager.connect(address);
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public CompletionStage<Void> connect(NodeId peer) {
        try {
            Running now = up();
            if (now.manager.connections().find(peer) != null) {
                return CompletableFuture.completedFuture(null);
            }
            return connect(now.settings
                    .addressOf(peer)
                    .orElseThrow(() -> new NotConnectedException(
                            now.manager.whyNotConnected(peer) + ", and the option peers has no address of it")));
        } catch (LightningException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public CompletionStage<Void> disconnect(NodeId peer) {
        Running now = running;
        PeerConnection connection =
                now == null ? null : now.manager.connections().find(peer);
        if (connection == null) {
            return CompletableFuture.completedFuture(null);
        }
        return connection.close("disconnected by this node");
    }

    @Override
    public CompletionStage<List<Peer>> peers() {
        Running now = running;
        return CompletableFuture.completedFuture(now == null ? List.of() : now.manager.peers());
    }

    @Override
    public Set<NodeId> keptPeers() {
        Running now = running;
        return now == null ? Set.of() : now.settings.configured();
    }

    @Override
    public NodeCounts counts() {
        return new NodeCounts(
                counters.received.sum(), counters.unclaimed.sum(), counters.refused.sum(), counters.reconnects.sum());
    }

    @Override
    public Registration onMessage(MessageFilter filter, MessageListener listener) {
        return dispatcher.register(filter, listener);
    }

    /** As {@link CommandoNode#onCommando} says, under the runes of {@code runeFile} or {@code runeCheck}. */
    @Override
    public Registration onCommando(ServedMethod method, CommandoListener listener) {
        Running now = running;
        if (now != null && now.runes.check() == null) {
            throw PeerRunes.missing();
        }
        return methods.register(method, listener);
    }

    @Override
    public Registration onPeerEvent(Consumer<PeerEvent> listener) {
        peerListeners.add(listener);
        return () -> peerListeners.remove(listener);
    }

    private void listenerFailed(ReceivedMessage message, Throwable failure) {
        log.warn(
                message.peer().hex(),
                "a listener failed on a message, which is lost; mend the listener: ",
                "type " + message.message().type() + ": " + Escaped.of(failure.toString(), MAX_LOGGED));
    }

    private void tell(PeerEvent event) {
        for (Consumer<PeerEvent> listener : peerListeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException failure) {
                LOG.warn("A listener failed on {}, the others are told of it. Mend the listener", event, failure);
            }
        }
    }

    /** Messages received that a listener wanted, since this object was made. */
    public long receivedMessages() {
        return counters.received.sum();
    }

    /** Messages received that no listener wanted. */
    public long unclaimedMessages() {
        return counters.unclaimed.sum();
    }

    /** Inbound connections that a limit or the allow-list refused. */
    public long refusedConnections() {
        return counters.refused.sum();
    }

    /** Of how many peers something is kept: those with a connection, and those whose messages wait. */
    int rememberedPeers() {
        return up().manager.rememberedPeers();
    }

    private Running up() {
        Running now = running;
        if (now == null || !state.isUp()) {
            throw new NotConnectedException("This node is not up: " + state.reason());
        }
        return now;
    }
}

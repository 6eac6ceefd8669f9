// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageListener;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeCounts;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NodeState.Status;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.Registration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node in memory that does what tests tell it and keeps to the seam: one I/O thread, and no message of a peer before the one
 * before it is handled.
 */
public final class TestNode implements LightningNode {

    private final NodeId id;
    private final ExecutorService io;
    private final MessageDispatcher dispatcher = new MessageDispatcher();
    private final Map<NodeId, TestNode> connected = new ConcurrentHashMap<>();
    private final Map<NodeId, TestNode> known = new ConcurrentHashMap<>();
    private final Map<NodeId, Inbox> inboxes = new ConcurrentHashMap<>();
    private final List<CustomMessage> sent = new CopyOnWriteArrayList<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile NodeState state = NodeState.of(Status.STOPPED, "not started");
    private volatile BiFunction<NodeId, CustomMessage, CompletionStage<Void>> sending;
    private volatile @Nullable CompletionStage<Void> startInstead;
    private volatile CompletionStage<Void> inForce = CompletableFuture.completedFuture(null);
    private final List<Consumer<PeerEvent>> peerListeners = new CopyOnWriteArrayList<>();
    private volatile Set<NodeId> kept = Set.of();
    private volatile NodeCounts counts = NodeCounts.NONE;
    private volatile int starts;
    private volatile int stops;
    private volatile int listenersAtStart = -1;

    public TestNode() {
        this(1);
    }

    TestNode(int key) {
        id = NodeKeys.id(key);
        io = Executors.newSingleThreadExecutor(task -> {
            var thread = new Thread(task, "test-node-io-" + key);
            thread.setDaemon(true);
            return thread;
        });
        sending = this::sendOnIoThread;
    }

    static void connect(TestNode left, TestNode right) {
        left.connected.put(right.id, right);
        right.connected.put(left.id, left);
    }

    /** Has it know where another is. */
    void knows(TestNode other) {
        known.put(other.id, other);
    }

    /** From now on sends do that. */
    void onSend(BiFunction<NodeId, CustomMessage, CompletionStage<Void>> behaviour) {
        sending = behaviour;
    }

    /** From now on starts fail like that; null: they succeed. */
    void failStart(@Nullable RuntimeException failure) {
        startInstead = failure == null ? null : CompletableFuture.failedFuture(failure);
    }

    /** From now on starts do not end. */
    void hangStart() {
        startInstead = new CompletableFuture<>();
    }

    /** When, or whether, what is registered from now on is in force. */
    void inForce(CompletionStage<Void> stage) {
        inForce = stage;
    }

    void state(Status status, String reason) {
        state = NodeState.of(status, reason);
    }

    /** A message from a peer that exists only here. @return completes when it is handled */
    CompletableFuture<Void> receive(NodeId peer, int type, byte[] payload) {
        var handled = new CompletableFuture<Void>();
        io.execute(() -> inboxes.computeIfAbsent(peer, Inbox::new).add(new CustomMessage(type, payload), handled));
        return handled;
    }

    CompletableFuture<Void> receive(NodeId peer, int type, String payload) {
        return receive(peer, type, payload.getBytes(UTF_8));
    }

    /** Whether any listener would get it. */
    boolean wants(NodeId peer, int type) {
        return dispatcher.wants(peer, type);
    }

    int listeners() {
        return dispatcher.filters().size();
    }

    /** How many listeners there were when the node was started last; -1 before. */
    int listenersAtStart() {
        return listenersAtStart;
    }

    int starts() {
        return starts;
    }

    int stops() {
        return stops;
    }

    List<CustomMessage> sent() {
        return sent;
    }

    /** A call by commando that it was told to make. */
    record Call(NodeId peer, String method, @Nullable String rune) {}

    List<Call> calls() {
        return calls;
    }

    /** The messages of one peer, in order; touched on the I/O thread only. */
    private final class Inbox {

        private record Entry(CustomMessage message, CompletableFuture<Void> handled) {}

        private final NodeId peer;
        private final Queue<Entry> waiting = new ArrayDeque<>();
        private boolean busy;

        Inbox(NodeId peer) {
            this.peer = peer;
        }

        void add(CustomMessage message, CompletableFuture<Void> handled) {
            waiting.add(new Entry(message, handled));
            if (!busy) {
                next();
            }
        }

        private void next() {
            Entry entry = waiting.poll();
            busy = entry != null;
            if (entry != null) {
                dispatcher
                        .dispatch(new ReceivedMessage(peer, entry.message, Instant.now()))
                        .thenRunAsync(
                                () -> {
                                    entry.handled.complete(null);
                                    next();
                                },
                                io);
            }
        }
    }

    @Override
    public synchronized CompletionStage<Void> start() {
        CompletionStage<Void> instead = startInstead;
        if (instead != null) {
            return instead;
        }
        if (starts++ == stops) {
            listenersAtStart = listeners();
            state = NodeState.of(Status.UP, "started");
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<Void> stop() {
        if (++stops >= starts) {
            state = NodeState.of(Status.STOPPED, "stopped");
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public NodeId nodeId() {
        return id;
    }

    @Override
    public NodeState state() {
        return state;
    }

    @Override
    public CompletionStage<Void> send(NodeId peer, CustomMessage message) {
        if (!state.isUp()) {
            return CompletableFuture.failedFuture(new NotConnectedException("The node is " + state.status()));
        }
        return sending.apply(peer, message);
    }

    private CompletionStage<Void> sendOnIoThread(NodeId peer, CustomMessage message) {
        TestNode receiver = connected.get(peer);
        if (receiver == null) {
            return CompletableFuture.failedFuture(new NotConnectedException(peer + " is not connected"));
        }
        return CompletableFuture.runAsync(
                () -> {
                    sent.add(message);
                    receiver.receive(id, message.type(), message.payload());
                },
                io);
    }

    @Override
    public CompletionStage<JsonResult> commando(NodeId peer, MethodCall call, @Nullable String rune) {
        calls.add(new Call(peer, call.method(), rune));
        return CompletableFuture.failedFuture(new InvalidMessageException("This node has no commando"));
    }

    @Override
    public CompletionStage<Void> connect(NodeId peer) {
        TestNode other = known.get(peer);
        if (other == null) {
            return CompletableFuture.failedFuture(new NotConnectedException("No address of " + peer + " is known"));
        }
        connect(this, other);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> connect(PeerAddress address) {
        throw new UnsupportedOperationException("use connect(left, right)");
    }

    @Override
    public CompletionStage<Void> disconnect(NodeId peer) {
        TestNode other = connected.remove(peer);
        if (other != null) {
            other.connected.remove(id);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<List<Peer>> peers() {
        return CompletableFuture.completedFuture(connected.keySet().stream()
                .map(peer -> new Peer(peer, true, null, null, ""))
                .toList());
    }

    @Override
    public Registration onMessage(MessageFilter filter, MessageListener listener) {
        Registration registered = dispatcher.register(filter, listener);
        CompletionStage<Void> given = inForce;
        return new Registration() {
            @Override
            public void close() {
                registered.close();
            }

            @Override
            public CompletionStage<Void> inForce() {
                return given;
            }
        };
    }

    @Override
    public Registration onPeerEvent(Consumer<PeerEvent> listener) {
        peerListeners.add(listener);
        return () -> peerListeners.remove(listener);
    }

    /** Tells its listeners, on the I/O thread. */
    void tell(PeerEvent event) {
        io.execute(() -> peerListeners.forEach(listener -> listener.accept(event)));
    }

    @Override
    public NodeCounts counts() {
        return counts;
    }

    void counts(NodeCounts now) {
        counts = now;
    }

    @Override
    public Set<NodeId> keptPeers() {
        return kept;
    }

    /** Has it be one that is to keep these connected. */
    void keep(NodeId... peers) {
        kept = Set.of(peers);
    }
}

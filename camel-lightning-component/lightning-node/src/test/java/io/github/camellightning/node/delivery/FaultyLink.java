// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MessageDispatcher;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageListener;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NodeState;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.Peer;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.PeerEvent;
import io.github.camellightning.node.ReceivedMessage;
import io.github.camellightning.node.Registration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Two nodes and what is between them, which loses, doubles, reorders and cuts as often as it is told. A thread of its own carries the messages. */
final class FaultyLink implements AutoCloseable {

    /** @param cutEvery how many messages there are between two cuts, on average; 0: no cuts */
    record Faults(double lost, double doubled, double reordered, int cutEvery) {
        static final Faults NONE = new Faults(0, 0, 0, 0);
    }

    private static final NodeId ALICE =
            new NodeId("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    private static final NodeId BOB = new NodeId("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");

    private record Flying(End to, ReceivedMessage message, CompletableFuture<Void> written) {}

    final End alice = new End(ALICE);
    final End bob = new End(BOB);
    private final Faults faults;
    private final Random random;
    private final List<Flying> flying = new ArrayList<>();
    private final Thread carrier = new Thread(this::carry, "link");
    private boolean closed;

    FaultyLink(Faults faults, long seed) {
        this.faults = faults;
        this.random = new Random(seed);
        alice.other = bob;
        bob.other = alice;
        carrier.start();
    }

    private void carry() {
        try {
            Flying next = next();
            while (next != null) {
                next.written.complete(null);
                next.to.dispatcher.dispatch(next.message).toCompletableFuture().join();
                next = next();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Flying next() throws InterruptedException {
        boolean cut;
        Flying next;
        synchronized (flying) {
            while (flying.isEmpty() && !closed) {
                flying.wait();
            }
            if (closed) {
                return null;
            }
            boolean otherFirst = flying.size() > 1 && random.nextDouble() < faults.reordered;
            next = flying.remove(otherFirst ? random.nextInt(flying.size()) : 0);
            if (random.nextDouble() < faults.doubled) {
                flying.add(next);
            }
            cut = faults.cutEvery > 0 && random.nextInt(faults.cutEvery) == 0;
        }
        if (cut) {
            cut();
        }
        return next;
    }

    /** What flies is gone; both ends learn it, and that they are connected again. */
    void cut() {
        List<Flying> lost;
        synchronized (flying) {
            lost = List.copyOf(flying);
            flying.clear();
        }
        lost.forEach(message -> message.written.complete(null));
        alice.tell(new PeerEvent.Disconnected(BOB, "cut"));
        bob.tell(new PeerEvent.Disconnected(ALICE, "cut"));
        alice.tell(new PeerEvent.Connected(BOB, Peer.Direction.OUTBOUND, "link"));
        bob.tell(new PeerEvent.Connected(ALICE, Peer.Direction.INBOUND, "link"));
    }

    @Override
    public void close() throws InterruptedException {
        synchronized (flying) {
            closed = true;
            flying.notifyAll();
        }
        carrier.join();
    }

    /** One of the two nodes. */
    final class End implements LightningNode {

        private final NodeId id;
        private final MessageDispatcher dispatcher = new MessageDispatcher();
        private final List<Consumer<PeerEvent>> peerEvents = new CopyOnWriteArrayList<>();
        private @Nullable End other;
        private volatile boolean unplugged;

        End(NodeId id) {
            this.id = id;
        }

        private void tell(PeerEvent event) {
            peerEvents.forEach(listener -> listener.accept(event));
        }

        /** From now on nothing can be sent, and sending says so. */
        void unplug() {
            unplugged = true;
        }

        void plugIn() {
            unplugged = false;
            cut();
        }

        @Override
        public NodeId nodeId() {
            return id;
        }

        @Override
        public CompletionStage<Void> send(NodeId peer, CustomMessage message) {
            if (unplugged) {
                return CompletableFuture.failedFuture(new NotConnectedException("unplugged"));
            }
            var written = new CompletableFuture<Void>();
            synchronized (flying) {
                if (random.nextDouble() < faults.lost) {
                    return CompletableFuture.completedFuture(null);
                }
                flying.add(new Flying(other, new ReceivedMessage(id, message, Instant.now()), written));
                flying.notifyAll();
            }
            return written;
        }

        @Override
        public Registration onMessage(MessageFilter filter, MessageListener listener) {
            return dispatcher.register(filter, listener);
        }

        @Override
        public Registration onPeerEvent(Consumer<PeerEvent> listener) {
            peerEvents.add(listener);
            return () -> peerEvents.remove(listener);
        }

        @Override
        public CompletionStage<Void> start() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> stop() {
            throw new UnsupportedOperationException();
        }

        @Override
        public NodeState state() {
            return NodeState.of(NodeState.Status.UP, "always");
        }

        @Override
        public CompletionStage<JsonResult> commando(NodeId peer, MethodCall call, @Nullable String rune) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> connect(PeerAddress address) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> connect(NodeId peer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> disconnect(NodeId peer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<List<Peer>> peers() {
            throw new UnsupportedOperationException();
        }
    }
}

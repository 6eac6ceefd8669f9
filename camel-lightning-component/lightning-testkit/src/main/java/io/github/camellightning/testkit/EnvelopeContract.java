// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.delivery.DeliverySettings;
import io.github.camellightning.node.delivery.EnvelopeBody;
import io.github.camellightning.node.delivery.EnvelopeId;
import io.github.camellightning.node.delivery.EnvelopeLabels;
import io.github.camellightning.node.delivery.EnvelopeListener;
import io.github.camellightning.node.delivery.EnvelopeListener.Outcome;
import io.github.camellightning.node.delivery.EnvelopeReceiver;
import io.github.camellightning.node.delivery.EnvelopeSender;
import io.github.camellightning.node.delivery.HandledEnvelopes;
import io.github.camellightning.node.delivery.ReceivedEnvelope;
import io.github.camellightning.node.delivery.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of acknowledged delivery may rely on between any two kinds of node. Extend it and say how to make them. */
public abstract class EnvelopeContract {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DeliverySettings SETTINGS = DeliverySettings.DEFAULT;
    private static final int CUTS = 5;
    private static final int PLAIN = 40_001;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Map<EnvelopeId, byte[]> bodies = new ConcurrentHashMap<>();
    private final List<ReceivedEnvelope> received = new CopyOnWriteArrayList<>();
    private NodeUnderTest alice;
    private NodeUnderTest bob;

    /** A node that dials, not started. */
    protected abstract NodeUnderTest createSender() throws Exception;

    /** A node that is dialled, not started. */
    protected abstract NodeUnderTest createReceiver() throws Exception;

    @BeforeEach
    void aliceIsConnectedToBob() throws Exception {
        bob = started(createReceiver());
        alice = started(createSender());
        connect();
    }

    private NodeUnderTest started(NodeUnderTest node) throws Exception {
        open.push(node);
        get(node.node().start());
        open.push(() -> get(node.node().stop()));
        return node;
    }

    private void connect() throws Exception {
        get(alice.node().connect(bob.address()));
        await().atMost(PATIENCE).until(() -> isConnected(bob, alice));
    }

    private void cut() throws Exception {
        get(bob.node().disconnect(alice.node().nodeId()));
        // or it would not dial
        await().atMost(PATIENCE).until(() -> !isConnected(alice, bob));
    }

    private static boolean isConnected(NodeUnderTest node, NodeUnderTest peer) throws Exception {
        NodeId wanted = peer.node().nodeId();
        return get(node.node().peers()).stream()
                .anyMatch(known -> known.connected() && known.nodeId().equals(wanted));
    }

    @AfterEach
    void stopAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private EnvelopeSender sender(NodeUnderTest from) throws Exception {
        var sender = new EnvelopeSender(from.node(), SETTINGS);
        open.push(sender);
        // or the first answer may be missed, and is asked for seconds later only
        get(sender.registration().inForce());
        return sender;
    }

    private void receive(NodeUnderTest at, EnvelopeListener listener) throws Exception {
        var receiver = new EnvelopeReceiver(at.node(), SETTINGS, Set.of(), false, new Memory(), listener);
        open.push(receiver);
        get(receiver.registration().inForce());
    }

    private static final class Memory implements HandledEnvelopes {
        private final Set<EnvelopeId> handled = ConcurrentHashMap.newKeySet();

        @Override
        public CompletionStage<Boolean> contains(NodeId peer, EnvelopeId id) {
            return CompletableFuture.completedFuture(handled.contains(id));
        }

        @Override
        public CompletionStage<Void> add(NodeId peer, EnvelopeId id) {
            handled.add(id);
            return CompletableFuture.completedFuture(null);
        }
    }

    private CompletionStage<Outcome> keep(ReceivedEnvelope envelope) {
        try (InputStream body = envelope.body().stream()) {
            bodies.put(envelope.id(), body.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        envelope.body().close();
        received.add(envelope);
        return CompletableFuture.completedFuture(new Outcome.Handled());
    }

    private static CompletionStage<Void> send(EnvelopeSender sender, LightningNode to, EnvelopeId id, byte[] body) {
        return sender.send(to.nodeId(), id, EnvelopeLabels.NONE, EnvelopeBody.of(body), PATIENCE);
    }

    private static byte[] bytes(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64_000, 64_001, 500_000})
    void aBodyOfAnySizeArrivesWholeAndIsAcknowledged(int size) throws Exception {
        receive(bob, this::keep);
        var id = EnvelopeId.random();
        get(send(sender(alice), bob.node(), id, bytes(size)));
        assertThat(bodies.get(id)).isEqualTo(bytes(size));
        assertThat(received)
                .extracting(ReceivedEnvelope::peer)
                .containsExactly(alice.node().nodeId());
    }

    @Test
    void envelopesGoBothWaysAtOnce() throws Exception {
        receive(bob, this::keep);
        receive(alice, this::keep);
        EnvelopeSender aliceSends = sender(alice);
        EnvelopeSender bobSends = sender(bob);
        var all = new ArrayList<CompletionStage<Void>>();
        Map<EnvelopeId, byte[]> sent = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            var there = EnvelopeId.random();
            var back = EnvelopeId.random();
            sent.put(there, bytes(i));
            sent.put(back, bytes(1_000 + i));
            all.add(send(aliceSends, bob.node(), there, bytes(i)));
            all.add(send(bobSends, alice.node(), back, bytes(1_000 + i)));
        }
        for (CompletionStage<Void> each : all) {
            get(each);
        }
        assertThat(received).hasSize(sent.size());
        sent.forEach((id, body) -> assertThat(bodies.get(id)).isEqualTo(body));
    }

    @Test
    void aConnectionThatBreaksLosesNothing() throws Exception {
        receive(bob, this::keep);
        EnvelopeSender sender = sender(alice);
        Map<EnvelopeId, byte[]> sent = new HashMap<>();
        var all = new ArrayList<CompletionStage<Void>>();
        for (int cut = 0; cut < CUTS; cut++) {
            for (int size : new int[] {100, 200_000 + cut}) {
                var id = EnvelopeId.random();
                sent.put(id, bytes(size));
                all.add(send(sender, bob.node(), id, bytes(size)));
            }
            cut();
            connect();
        }
        for (CompletionStage<Void> each : all) {
            get(each);
        }
        assertThat(received).hasSize(sent.size());
        sent.forEach((id, body) -> assertThat(bodies.get(id)).isEqualTo(body));
    }

    @Test
    void whatIsSentAgainIsAcknowledgedAndNotHandledAgain() throws Exception {
        receive(bob, this::keep);
        var id = EnvelopeId.random();
        EnvelopeSender sender = sender(alice);
        get(send(sender, bob.node(), id, bytes(100)));
        get(send(sender, bob.node(), id, bytes(100)));
        assertThat(received).hasSize(1);
    }

    /** A route that sends an envelope to the peer whose message it has would otherwise wait for itself. */
    @Test
    void anAcknowledgementIsHeardWhileAMessageOfThatPeerIsHeld() throws Exception {
        receive(bob, this::keep);
        EnvelopeSender sender = sender(alice);
        var came = new CompletableFuture<Void>();
        var handled = new CompletableFuture<Void>();
        get(alice.node()
                .onMessage(MessageFilter.types(PLAIN), message -> {
                    came.complete(null);
                    return handled;
                })
                .inForce());
        get(bob.node().send(alice.node().nodeId(), new CustomMessage(PLAIN, new byte[0])));
        get(came);

        get(send(sender, bob.node(), EnvelopeId.random(), bytes(100)));

        assertThat(handled).isNotDone();
        handled.complete(null);
    }

    @Test
    void aRefusalSaysWhyAndWhetherToTryAgain() throws Exception {
        receive(bob, envelope -> CompletableFuture.completedFuture(new Outcome.Refused(false, "no such account")));
        assertThatThrownBy(() -> get(send(sender(alice), bob.node(), EnvelopeId.random(), bytes(100))))
                .cause()
                .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.isRetryable())
                        .isFalse())
                .hasMessageContaining("no such account");
    }
}

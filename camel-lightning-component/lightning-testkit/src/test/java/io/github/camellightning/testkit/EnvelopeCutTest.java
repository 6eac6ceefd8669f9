// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.PeerAddress;
import io.github.camellightning.node.delivery.DeliverySettings;
import io.github.camellightning.node.delivery.EnvelopeBody;
import io.github.camellightning.node.delivery.EnvelopeId;
import io.github.camellightning.node.delivery.EnvelopeLabels;
import io.github.camellightning.node.delivery.EnvelopeListener.Outcome;
import io.github.camellightning.node.delivery.EnvelopeReceiver;
import io.github.camellightning.node.delivery.EnvelopeSender;
import io.github.camellightning.node.delivery.HandledEnvelopes;
import io.github.camellightning.node.delivery.ReceivedEnvelope;
import io.github.camellightning.node.peer.PeerNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection between two native peers that is cut at every byte of what they say while an envelope goes over it. */
class EnvelopeCutTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Three parts and an acknowledgement with all that is around them have fewer. */
    private static final int BYTES = 800;

    @TempDir
    Path temp;

    private final List<EnvelopeId> received = new CopyOnWriteArrayList<>();
    private final Set<EnvelopeId> handled = ConcurrentHashMap.newKeySet();

    private CompletionStage<Outcome> keep(ReceivedEnvelope envelope) {
        received.add(envelope.id());
        envelope.body().close();
        return CompletableFuture.completedFuture(new Outcome.Handled());
    }

    private final HandledEnvelopes memory = new HandledEnvelopes() {
        @Override
        public CompletionStage<Boolean> contains(NodeId peer, EnvelopeId id) {
            return CompletableFuture.completedFuture(handled.contains(id));
        }

        @Override
        public CompletionStage<Void> add(NodeId peer, EnvelopeId id) {
            handled.add(id);
            return CompletableFuture.completedFuture(null);
        }
    };

    private DeliverySettings smallParts() {
        return new DeliverySettings(
                DeliverySettings.DEFAULT_TYPE,
                100,
                4,
                8,
                1_000,
                Duration.ofMillis(200),
                new DeliverySettings.Room(50, 1_000_000),
                new DeliverySettings.Room(100, 2_000_000),
                500_000,
                1_000,
                Duration.ofSeconds(60),
                temp);
    }

    @Test
    void whereverItIsCutTheEnvelopeIsHandledOnceAndAcknowledged() throws Exception {
        NodeUnderTest bob = TestNodes.peer(welcoming());
        join(bob.node().start());
        NodeId bobId = bob.node().nodeId();
        List<EnvelopeId> sent = new ArrayList<>();
        try (var proxy = new CuttingProxy(bob.address().port())) {
            NodeUnderTest alice = TestNodes.peer(keeping(new PeerAddress(bobId, "127.0.0.1", proxy.port())));
            try (var receiver = new EnvelopeReceiver(bob.node(), smallParts(), Set.of(), false, memory, this::keep);
                    var sender = new EnvelopeSender(alice.node(), smallParts())) {
                join(alice.node().start());
                join(receiver.registration().inForce());
                for (int cut = 0; cut < BYTES; cut++) {
                    proxy.cutAfter(cut);
                    var id = EnvelopeId.random();
                    sent.add(id);
                    join(sender.send(bobId, id, EnvelopeLabels.NONE, EnvelopeBody.of(new byte[250]), PATIENCE));
                }
            } finally {
                join(alice.node().stop());
            }
        } finally {
            join(bob.node().stop());
        }
        assertThat(received).containsExactlyElementsOf(sent);
    }

    /** A node that dials again at once when its peer is gone. */
    private static PeerNode keeping(PeerAddress peer) {
        var node = new PeerNode();
        node.setPeers(peer.toString());
        node.getLimits().setRedialMinMillis(1);
        node.getLimits().setRedialMaxMillis(20);
        return node;
    }

    /** A node that lets one peer connect as often as it likes. */
    private static PeerNode welcoming() {
        var node = new PeerNode();
        node.getLimits().setHandshakesPerSecond(10 * BYTES);
        node.getLimits().setHandshakesPerAddressPerSecond(10 * BYTES);
        node.getLimits().setHandshakesPerAddressBurst(10 * BYTES);
        return node;
    }

    private static void join(CompletionStage<?> stage) {
        stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.delivery.EnvelopeListener.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Alice sends, Bob receives, over a link that does what it is told to. */
abstract class EnvelopeTestSupport {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final CompletionStage<Outcome> HANDLED = CompletableFuture.completedFuture(new Outcome.Handled());

    @TempDir
    Path temp;

    final Map<EnvelopeId, byte[]> bodies = new ConcurrentHashMap<>();
    final List<ReceivedEnvelope> received = new CopyOnWriteArrayList<>();
    final Set<EnvelopeId> handled = ConcurrentHashMap.newKeySet();
    final List<AutoCloseable> toClose = new ArrayList<>();

    FaultyLink link;
    EnvelopeSender sender;

    /** Small parts and short waits, so that much happens in little time. */
    DeliverySettings settings() {
        return new DeliverySettings(
                DeliverySettings.DEFAULT_TYPE,
                100,
                4,
                8,
                1_000,
                Duration.ofMillis(20),
                new DeliverySettings.Room(50, 1_000_000),
                new DeliverySettings.Room(100, 2_000_000),
                500_000,
                1_000,
                Duration.ofSeconds(60),
                temp);
    }

    void start(FaultyLink.Faults faults, long seed) {
        link = closing(new FaultyLink(faults, seed));
        sender = closing(new EnvelopeSender(link.alice, settings()));
    }

    <T extends AutoCloseable> T closing(T resource) {
        toClose.add(0, resource);
        return resource;
    }

    EnvelopeReceiver receive(EnvelopeListener listener) {
        return closing(new EnvelopeReceiver(link.bob, settings(), Set.of(), false, remembering(), listener));
    }

    HandledEnvelopes remembering() {
        return new HandledEnvelopes() {
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
    }

    CompletionStage<Outcome> keep(ReceivedEnvelope envelope) {
        try (InputStream body = envelope.body().stream()) {
            bodies.put(envelope.id(), body.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        received.add(envelope);
        return HANDLED;
    }

    CompletableFuture<Void> send(EnvelopeId id, byte[] body) {
        return sender.send(link.bob.nodeId(), id, EnvelopeLabels.NONE, EnvelopeBody.of(body), PATIENCE)
                .toCompletableFuture();
    }

    static void await(CompletableFuture<Void> stage) throws Exception {
        stage.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    static byte[] bytes(int size, long seed) {
        var bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    static void assertRefused(CompletableFuture<Void> sending, boolean again, String reason) {
        assertThatThrownBy(() -> await(sending))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.isRetryable())
                        .isEqualTo(again))
                .hasMessageContaining(reason);
    }
}

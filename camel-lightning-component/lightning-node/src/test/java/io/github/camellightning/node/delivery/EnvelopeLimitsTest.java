// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.delivery.EnvelopeListener.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What becomes of envelopes that cannot be handled now, or not any more. */
class EnvelopeLimitsTest extends EnvelopeTestSupport {

    @Test
    void withNobodyToAcknowledgeTheOutcomeIsUnknown() {
        start(FaultyLink.Faults.NONE, 1);
        assertThatThrownBy(() -> await(sender.send(
                                link.bob.nodeId(),
                                EnvelopeId.random(),
                                EnvelopeLabels.NONE,
                                EnvelopeBody.of(bytes(1, 1)),
                                Duration.ofMillis(200))
                        .toCompletableFuture()))
                .hasCauseInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void whereNothingWasWrittenItMayBeTriedAgain() {
        start(FaultyLink.Faults.NONE, 1);
        link.alice.unplug();
        assertThatThrownBy(() -> await(sender.send(
                                link.bob.nodeId(),
                                EnvelopeId.random(),
                                EnvelopeLabels.NONE,
                                EnvelopeBody.of(bytes(1, 1)),
                                Duration.ofMillis(200))
                        .toCompletableFuture()))
                .hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void aPeerThatIsNotThereYetGetsItWhenItComes() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        receive(this::keep);
        link.alice.unplug();
        CompletableFuture<Void> sending = send(EnvelopeId.random(), bytes(1_000, 1));
        link.alice.plugIn();
        await(sending);
        assertThat(received).hasSize(1);
    }

    @Test
    void smallOnesThatWaitGoTogether() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        var messages = new AtomicInteger();
        var gate = new CompletableFuture<Void>();
        link.bob.onMessage(MessageFilter.types(settings().type()), message -> {
            messages.incrementAndGet();
            return gate;
        });
        receive(this::keep);
        var all = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 40; i++) {
            all.add(send(EnvelopeId.random(), bytes(20, i)));
        }
        gate.complete(null);
        for (CompletableFuture<Void> each : all) {
            await(each);
        }
        assertThat(received).hasSize(40);
        assertThat(messages.get()).isLessThan(10);
    }

    @Test
    void aSenderThatWasStartedAgainGoesOnWhereTheOneBeforeItStopped() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        var id = EnvelopeId.random();
        var parts = new AtomicInteger();
        link.bob.onMessage(MessageFilter.types(settings().type()), message -> {
            if (parts.incrementAndGet() == 30) {
                sender.close();
            }
            return CompletableFuture.completedFuture(null);
        });
        receive(this::keep);
        assertThatThrownBy(() -> await(send(id, bytes(10_000, 1)))).hasCauseInstanceOf(OutcomeUnknownException.class);

        sender = closing(new EnvelopeSender(link.alice, settings()));
        await(send(id, bytes(10_000, 1)));
        assertThat(received).hasSize(1);
        assertThat(bodies.get(id)).isEqualTo(bytes(10_000, 1));
    }

    @Test
    void whatWasSaidNotToBeSentIsNotSentLater() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        var gate = new CompletableFuture<Void>();
        var held = new AtomicInteger();
        link.bob.onMessage(MessageFilter.types(settings().type()), message -> {
            held.incrementAndGet();
            return gate;
        });
        receive(this::keep);
        CompletableFuture<Void> first = send(EnvelopeId.random(), bytes(1, 1));
        Awaitility.await().until(() -> held.get() == 1);
        CompletableFuture<Void> second = send(EnvelopeId.random(), bytes(1, 2));
        CompletableFuture<Void> third = send(EnvelopeId.random(), bytes(1, 3));
        CompletableFuture<Void> late = sender.send(
                        link.bob.nodeId(),
                        EnvelopeId.random(),
                        EnvelopeLabels.NONE,
                        EnvelopeBody.of(bytes(1, 4)),
                        Duration.ofMillis(100))
                .toCompletableFuture();
        assertThatThrownBy(() -> await(late)).hasCauseInstanceOf(TimeoutException.class);
        gate.complete(null);
        await(first);
        await(second);
        await(third);
        await(send(EnvelopeId.random(), bytes(1, 5)));
        assertThat(received).hasSize(4);
    }

    @Test
    void whileItIsSuspendedNobodysEnvelopesAreTaken() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        EnvelopeReceiver receiver = receive(this::keep);
        var heard = new AtomicInteger();
        link.alice.onMessage(MessageFilter.types(settings().answerType()), message -> {
            heard.incrementAndGet();
            return CompletableFuture.completedFuture(null);
        });
        receiver.suspend();
        CompletableFuture<Void> waiting = send(EnvelopeId.random(), bytes(10, 1));
        Awaitility.await().until(() -> heard.get() > 0);
        assertThat(received).isEmpty();
        receiver.resume();
        await(waiting);
        assertThat(received).hasSize(1);
    }

    @Test
    void noMoreThanSoManyAreOnTheirWay() {
        start(FaultyLink.Faults.NONE, 1);
        for (int i = 0; i < settings().maxOutgoing(); i++) {
            send(EnvelopeId.random(), bytes(1, 1));
        }
        assertThatThrownBy(() -> await(send(EnvelopeId.random(), bytes(1, 1))))
                .hasCauseInstanceOf(QueueFullException.class);
    }

    @Test
    void aReceiverThatIsFullTellsTheSenderWhenItHasRoom() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        var gate = new CompletableFuture<Outcome>();
        receive(envelope -> {
            received.add(envelope);
            return gate;
        });
        var all = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 200; i++) {
            all.add(send(EnvelopeId.random(), bytes(150, 1)));
        }
        Awaitility.await().untilAsserted(() -> assertThat(received)
                .hasSize(settings().perPeer().envelopes()));
        gate.complete(new Outcome.Handled());
        for (CompletableFuture<Void> each : all) {
            await(each);
        }
        assertThat(received).hasSize(200);
    }

    @Test
    void whatAllPeersMayHaveTogetherIsBoundedToo() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        var one = settings().withRoom(settings().perPeer(), new DeliverySettings.Room(1, 1_000), 500_000);
        var gates = new CopyOnWriteArrayList<CompletableFuture<Outcome>>();
        closing(new EnvelopeReceiver(link.bob, one, Set.of(), false, remembering(), envelope -> {
            received.add(envelope);
            var gate = new CompletableFuture<Outcome>();
            gates.add(gate);
            return gate;
        }));
        CompletableFuture<Void> first = send(EnvelopeId.random(), bytes(150, 1));
        CompletableFuture<Void> second = send(EnvelopeId.random(), bytes(2_000, 2));
        Awaitility.await().until(() -> gates.size() == 1);
        gates.get(0).complete(new Outcome.Handled());
        Awaitility.await().until(() -> gates.size() == 2);
        assertThat(first.isDone()).isNotEqualTo(second.isDone());
        gates.get(1).complete(new Outcome.Handled());
        await(first);
        await(second);
    }

    @Test
    void inOrderOneIsHandledWhenTheOneBeforeIsDone() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        var gates = new CopyOnWriteArrayList<CompletableFuture<Outcome>>();
        closing(new EnvelopeReceiver(link.bob, settings(), Set.of(), true, remembering(), envelope -> {
            received.add(envelope);
            var gate = new CompletableFuture<Outcome>();
            gates.add(gate);
            return gate;
        }));
        CompletableFuture<Void> first = send(new EnvelopeId(0, 1), bytes(1, 1));
        CompletableFuture<Void> second = send(new EnvelopeId(0, 2), bytes(1, 1));
        Awaitility.await().untilAsserted(() -> assertThat(gates).hasSize(1));
        gates.get(0).complete(new Outcome.Handled());
        await(first);
        Awaitility.await().untilAsserted(() -> assertThat(gates).hasSize(2));
        gates.get(1).complete(new Outcome.Handled());
        await(second);
        assertThat(received)
                .extracting(ReceivedEnvelope::id)
                .containsExactly(new EnvelopeId(0, 1), new EnvelopeId(0, 2));
    }

    @Test
    void aSenderThatIsClosedSaysOfEachWhetherItMayHaveArrived() {
        start(FaultyLink.Faults.NONE, 1);
        CompletableFuture<Void> sent = send(EnvelopeId.random(), bytes(1, 1));
        link.alice.unplug();
        CompletableFuture<Void> unsent = send(EnvelopeId.random(), bytes(1, 1));
        sender.close();
        assertThatThrownBy(() -> await(sent)).hasCauseInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(() -> await(unsent)).hasCauseInstanceOf(NotConnectedException.class);
    }

    /** What a peer is told at last that does not keep to the rules. */
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.delivery.DeliveryMessage.Part;
import io.github.camellightning.node.delivery.EnvelopeListener.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Envelopes from Alice to Bob, whatever the link between them does. */
class EnvelopeDeliveryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final CompletionStage<Outcome> HANDLED = CompletableFuture.completedFuture(new Outcome.Handled());

    @TempDir
    Path temp;

    private final Map<EnvelopeId, byte[]> bodies = new ConcurrentHashMap<>();
    private final List<ReceivedEnvelope> received = new CopyOnWriteArrayList<>();
    private final Set<EnvelopeId> handled = ConcurrentHashMap.newKeySet();
    private final List<AutoCloseable> toClose = new ArrayList<>();

    private FaultyLink link;
    private EnvelopeSender sender;

    /** Small parts and short waits, so that much happens in little time. */
    private DeliverySettings settings() {
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

    private void start(FaultyLink.Faults faults, long seed) {
        link = closing(new FaultyLink(faults, seed));
        sender = closing(new EnvelopeSender(link.alice, settings()));
    }

    private <T extends AutoCloseable> T closing(T resource) {
        toClose.add(0, resource);
        return resource;
    }

    private EnvelopeReceiver receive(EnvelopeListener listener) {
        return closing(new EnvelopeReceiver(link.bob, settings(), Set.of(), false, remembering(), listener));
    }

    private HandledEnvelopes remembering() {
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

    private CompletionStage<Outcome> keep(ReceivedEnvelope envelope) {
        try (InputStream body = envelope.body().stream()) {
            bodies.put(envelope.id(), body.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        received.add(envelope);
        return HANDLED;
    }

    private CompletableFuture<Void> send(EnvelopeId id, byte[] body) {
        return sender.send(link.bob.nodeId(), id, EnvelopeLabels.NONE, EnvelopeBody.of(body), PATIENCE)
                .toCompletableFuture();
    }

    private static void await(CompletableFuture<Void> stage) throws Exception {
        stage.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static byte[] bytes(int size, long seed) {
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

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99, 100, 101, 200, 12_345, 400_000})
    void aBodyOfAnySizeArrivesWhole(int size) throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        receive(this::keep);
        var id = EnvelopeId.random();
        await(send(id, bytes(size, 1)));
        assertThat(bodies.get(id)).isEqualTo(bytes(size, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whateverTheLinkDoesEachEnvelopeIsHandledOnce(long seed) throws Exception {
        var random = new Random(seed);
        start(
                new FaultyLink.Faults(
                        random.nextDouble() / 5,
                        random.nextDouble() / 5,
                        random.nextDouble() / 2,
                        5 + random.nextInt(30)),
                seed);
        receive(this::keep);
        Map<EnvelopeId, byte[]> sent = new HashMap<>();
        var all = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 40; i++) {
            var id = EnvelopeId.random();
            byte[] body = bytes(random.nextInt(3) == 0 ? random.nextInt(3_000) : random.nextInt(150), i);
            sent.put(id, body);
            all.add(send(id, body));
        }
        for (CompletableFuture<Void> each : all) {
            await(each);
        }
        assertThat(received).hasSize(sent.size());
        sent.forEach((id, body) -> assertThat(bodies.get(id)).isEqualTo(body));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aReceiverThatForgetsWhatItHadGetsItAgain(long seed) throws Exception {
        start(new FaultyLink.Faults(0, 0, 0, 30), seed);
        EnvelopeReceiver first = receive(this::keep);
        var id = EnvelopeId.random();
        CompletableFuture<Void> sending = send(id, bytes(400_000, seed));
        first.close();
        receive(this::keep);
        await(sending);
        assertThat(bodies.get(id)).isEqualTo(bytes(400_000, seed));
        assertThat(received).hasSize(1);
    }

    @Test
    void aFileIsReadPartByPart() throws Exception {
        start(new FaultyLink.Faults(0, 0, 0, 50), 1);
        receive(this::keep);
        Path file = Files.write(temp.resolve("file"), bytes(300_000, 2));
        var id = EnvelopeId.random();
        await(sender.send(
                        link.bob.nodeId(),
                        id,
                        new EnvelopeLabels("text/plain", "../etc/passwd", 0, null),
                        EnvelopeBody.of(file),
                        PATIENCE)
                .toCompletableFuture());
        assertThat(bodies.get(id)).isEqualTo(bytes(300_000, 2));
        assertThat(received.get(0).labels().name()).isEqualTo("passwd");
        assertThat(received.get(0).labels().contentType()).isEqualTo("text/plain");
    }

    @Test
    void whatWasHandledIsAcknowledgedAgainAndNotHandledAgain() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        EnvelopeReceiver first = receive(this::keep);
        var id = EnvelopeId.random();
        await(send(id, bytes(250, 1)));
        await(send(id, bytes(250, 1)));
        first.close();
        receive(this::keep);
        await(send(id, bytes(250, 1)));
        assertThat(received).hasSize(1);
    }

    @Test
    void anIdThatComesAgainWithSomethingElseIsRefused() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        receive(this::keep);
        var id = EnvelopeId.random();
        await(send(id, bytes(250, 1)));
        assertRefused(send(id, bytes(251, 1)), false, "its id was another's, of 250 bytes");
    }

    @Test
    void oneIdCannotBeOnItsWayTwice() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        var id = EnvelopeId.random();
        send(id, bytes(250, 1));
        assertThatThrownBy(() -> await(send(id, bytes(250, 1)))).hasCauseInstanceOf(InvalidMessageException.class);
    }

    private static void assertRefused(CompletableFuture<Void> sending, boolean again, String reason) {
        assertThatThrownBy(() -> await(sending))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.isRetryable())
                        .isEqualTo(again))
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSenderLearnsWhyAnEnvelopeIsRefused(boolean again) {
        start(FaultyLink.Faults.NONE, 1);
        receive(envelope -> CompletableFuture.completedFuture(new Outcome.Refused(again, "no such account")));
        assertRefused(send(EnvelopeId.random(), bytes(250, 1)), again, "no such account");
    }

    @Test
    void whyAListenerFailedIsNotTheSendersBusiness() {
        start(FaultyLink.Faults.NONE, 1);
        receive(envelope -> {
            throw new IllegalStateException("the database's password is wrong");
        });
        assertRefused(send(EnvelopeId.random(), bytes(250, 1)), true, "it could not be handled");
    }

    @Test
    void whatIsLargerThanTheReceiverWantsIsRefused() {
        start(FaultyLink.Faults.NONE, 1);
        receive(this::keep);
        assertRefused(send(EnvelopeId.random(), bytes(500_001, 1)), false, "it has 500001 bytes: the limit is 500000");
    }

    @Test
    void whatHasExpiredIsNotHandled() {
        start(FaultyLink.Faults.NONE, 1);
        receive(this::keep);
        var labels = new EnvelopeLabels(null, null, 1, null);
        assertThatThrownBy(() -> await(sender.send(
                                link.bob.nodeId(), EnvelopeId.random(), labels, EnvelopeBody.of(bytes(1, 1)), PATIENCE)
                        .toCompletableFuture()))
                .hasMessageContaining("expired");
        assertThat(received).isEmpty();
    }

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
    private void assertAnswer(String reason, Part... parts) {
        var answers = new CopyOnWriteArrayList<String>();
        Registration hearing =
                link.alice.onMessage(MessageFilter.types(settings().answerType()), message -> {
                    answers.add(DeliveryCodec.parseAnswer(message.message().payload())
                            .toString());
                    return CompletableFuture.completedFuture(null);
                });
        for (Part part : parts) {
            link.alice.send(link.bob.nodeId(), new CustomMessage(settings().type(), DeliveryCodec.encode(part)));
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(answers).last().asString().contains(reason));
        hearing.close();
    }

    private static Part part(long part, long count, long total, int length) {
        return new Part(new EnvelopeId(0, 9), part, count, total, EnvelopeLabels.NONE, new byte[length]);
    }

    @Test
    void partsThatContradictEachOtherAreRefused() {
        start(FaultyLink.Faults.NONE, 1);
        receive(this::keep);
        String numbers = "its numbers contradict each other";
        assertAnswer(numbers, part(0, 1L << 32, 100, 50));
        assertAnswer(numbers, part(0, 1, 100, 101));
        assertAnswer(numbers, part(3, 3, 100, 1));
        assertAnswer(numbers, part(0, 2, 0, 0));
        String parts = "its parts contradict each other";
        assertAnswer(parts, part(0, 2, 100, 50), part(1, 3, 100, 25));
        assertAnswer(parts, part(0, 2, 100, 50), part(1, 2, 100, 49));
        assertAnswer(parts, part(0, 3, 100, 99));
        assertAnswer(parts, part(0, 1, 1, 0));
        assertThat(received).isEmpty();
    }

    @Test
    void acknowledgementsForWhatWasNeverSentChangeNothing() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        var stranger = new EnvelopeId(7, 7);
        for (DeliveryMessage.Answer answer : List.of(
                new DeliveryMessage.Handled(List.of(stranger)),
                new DeliveryMessage.Refused(stranger, true, "?"),
                new DeliveryMessage.Have(stranger, 7, 7, true))) {
            link.bob.send(
                    link.alice.nodeId(), new CustomMessage(settings().answerType(), DeliveryCodec.encode(answer)));
        }
        receive(this::keep);
        await(send(EnvelopeId.random(), "still fine".getBytes(StandardCharsets.UTF_8)));
        assertThat(received).hasSize(1);
    }

    @Test
    void aDiskThatIsFullRefusesForNow() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        var base = settings();
        var nowhere = new DeliverySettings(
                base.type(),
                base.partBytes(),
                base.window(),
                base.maxUnsent(),
                base.maxOutgoing(),
                base.askAfter(),
                base.perPeer(),
                base.inAll(),
                base.maxEnvelopeBytes(),
                base.memoryBytes(),
                base.incompleteTimeout(),
                temp.resolve("not there"));
        closing(new EnvelopeReceiver(link.bob, nowhere, Set.of(), false, remembering(), this::keep));
        assertRefused(send(EnvelopeId.random(), bytes(5_000, 1)), true, "there is no room to keep it");
        await(send(EnvelopeId.random(), bytes(500, 1)));
        assertThat(received).hasSize(1);
    }
}

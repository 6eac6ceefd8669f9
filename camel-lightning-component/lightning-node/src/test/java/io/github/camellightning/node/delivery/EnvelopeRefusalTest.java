// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.Registration;
import io.github.camellightning.node.delivery.DeliveryMessage.Part;
import io.github.camellightning.node.delivery.EnvelopeListener.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Bob refuses, and what breaks the rules. */
class EnvelopeRefusalTest extends EnvelopeTestSupport {

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
    void aReceiverWhoseTypeIsTakenLeavesNoThread() {
        start(FaultyLink.Faults.NONE, 1);
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        closing(link.bob.onMessage(MessageFilter.types(settings().type()).exclusively(), message -> HANDLED));

        assertThatThrownBy(() -> receive(this::keep)).hasMessageContaining("is taken");

        Awaitility.await()
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .filteredOn(thread -> !before.contains(thread))
                        .extracting(Thread::getName)
                        .doesNotContain("lightning-delivery-spool"));
    }

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

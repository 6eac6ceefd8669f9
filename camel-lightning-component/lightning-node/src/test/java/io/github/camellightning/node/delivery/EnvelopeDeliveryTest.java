// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camellightning.node.InvalidMessageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Envelopes from Alice to Bob, whatever the link between them does. */
class EnvelopeDeliveryTest extends EnvelopeTestSupport {

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
    void anIdThatComesAgainWithSomethingElseOfThatSizeIsRefusedWhereItIsOnePart() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        receive(this::keep);
        var id = EnvelopeId.random();
        await(send(id, bytes(20, 1)));
        await(send(id, bytes(20, 1)));
        assertRefused(send(id, bytes(20, 2)), false, "its id was another's, of the same size");
        assertThat(received).hasSize(1);
    }

    @Test
    void oneIdCannotBeOnItsWayTwice() throws Exception {
        start(FaultyLink.Faults.NONE, 1);
        var id = EnvelopeId.random();
        send(id, bytes(250, 1));
        assertThatThrownBy(() -> await(send(id, bytes(250, 1)))).hasCauseInstanceOf(InvalidMessageException.class);
    }
}

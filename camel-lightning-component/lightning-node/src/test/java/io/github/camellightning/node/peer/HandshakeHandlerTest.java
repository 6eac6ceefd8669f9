// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.MessageFilter;
import io.github.camellightning.node.MessageTypes;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the handshake computes elsewhere, and what is read meanwhile: nothing. */
class HandshakeHandlerTest {

    private final PeerLimits limits = new PeerLimits();
    private final EmbeddedPeer peer = new EmbeddedPeer(limits);

    @AfterEach
    void close() {
        peer.finish();
    }

    @Test
    void thePointMultiplicationsHappenOnTheWorkersThreadNotOnTheEventLoop() {
        peer.write(peer.actOne());
        assertThat(peer.work).hasSize(1);
        assertThat(peer.channel.outboundMessages()).isEmpty();

        peer.compute();
        assertThat(peer.channel.outboundMessages()).hasSize(1);

        peer.write(peer.actThree());
        assertThat(peer.work).hasSize(1);
        assertThat(peer.channel.outboundMessages()).isEmpty();

        peer.compute();
        assertThat(peer.takeMessages()).extracting(message -> message.type()).containsExactly(MessageTypes.INIT);
    }

    @Test
    void nothingMoreIsReadWhileTheWorkerComputes() {
        peer.write(peer.actOne());
        int before = peer.reads();
        assertThat(peer.channel.config().isAutoRead()).isFalse();

        peer.write(new byte[1_000]);
        peer.write(new byte[1_000]);

        assertThat(peer.reads())
                .as("reads asked for while the worker has not answered")
                .isEqualTo(before);
    }

    @Test
    void aByteNowAndThenDoesNotProlongAnAct() {
        limits.setActTimeoutMillis(300);
        var slow = new EmbeddedPeer(limits);
        slow.channel.freezeTime();

        for (int i = 0; i < 3; i++) {
            slow.write(new byte[1]);
            slow.channel.advanceTimeBy(99, TimeUnit.MILLISECONDS);
            slow.channel.runScheduledPendingTasks();
        }
        assertThat(slow.channel.isOpen()).isTrue();

        slow.write(new byte[1]);
        slow.channel.advanceTimeBy(4, TimeUnit.MILLISECONDS);
        slow.channel.runScheduledPendingTasks();
        assertThat(slow.channel.isOpen()).isFalse();
        slow.finish();
    }

    @Test
    void readingGoesOnWhenTheWorkerHasAnswered() {
        peer.write(peer.actOne());
        int before = peer.reads();

        peer.compute();

        assertThat(peer.channel.config().isAutoRead()).isTrue();
        assertThat(peer.reads()).isGreaterThan(before);
    }

    @Test
    void whatFollowsActThreeInTheSameReadIsNotLost() {
        peer.write(peer.actOne());
        peer.compute();
        byte[] actThree = peer.actThree();
        peer.write(actThree, peer.frame(16, new byte[4]), peer.frame(18, new byte[] {0, 1, 0, 0}));
        peer.compute();

        assertThat(peer.established).hasSize(1);
        assertThat(peer.takeMessages())
                .extracting(message -> message.type())
                .containsExactly(MessageTypes.INIT, MessageTypes.PONG);
    }

    @Test
    void whoFillsItsInboxInTheSameReadAsActThreeIsNotReadFrom() {
        peer.dispatcher.register(MessageFilter.all(), Mailbox.holding());
        peer.write(peer.actOne());
        peer.compute();
        byte[] actThree = peer.actThree();
        byte[] init = peer.frame(16, new byte[4]);
        var parts = new byte[2 + limits.getInboundMessages() + 10][];
        parts[0] = actThree;
        parts[1] = init;
        IntStream.range(2, parts.length).forEach(i -> parts[i] = peer.frame(0x9419, new byte[8]));
        peer.write(parts);
        peer.compute();

        assertThat(peer.channel.config().isAutoRead()).isFalse();
    }

    @Test
    void bytesThatFollowAnActTooEarlyAreTakenForTheNextActAndRefused() {
        peer.write(peer.actOne(), new byte[65]);
        peer.compute();
        peer.write(new byte[1]);
        peer.compute();

        assertThat(peer.established).isEmpty();
        assertThat(peer.channel.isOpen()).isFalse();
    }
}

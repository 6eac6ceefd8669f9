// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.CustomMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A ping of 6 bytes may ask for 65,531: nobody gets us to send much, or to keep much, for little. */
class PingLimitsTest {

    private static final int PING = 18;
    private static final int PONG = 19;
    private static final byte[] FOR_ONE_BYTE = {0, 1, 0, 0};
    private static final byte[] FOR_MORE_THAN_IT_BRINGS = {0, 3, 0, 0};
    private static final byte[] FOR_MOST = HexFormat.of().parseHex("fffb0000");

    private final PeerLimits limits = new PeerLimits();
    private final EmbeddedPeer peer = new EmbeddedPeer(limits);

    @AfterEach
    void close() {
        peer.finish();
    }

    /** Counts what is written and lets nothing go, as a socket does whose peer does not read. */
    private static final class Stalled extends ChannelOutboundHandlerAdapter {
        private int writes;

        @Override
        public void write(ChannelHandlerContext ctx, Object frame, ChannelPromise promise) {
            writes++;
            ((ByteBuf) frame).release();
        }
    }

    private Stalled stall() {
        var stalled = new Stalled();
        peer.channel.pipeline().addFirst(stalled);
        return stalled;
    }

    private List<Integer> answers() {
        return peer.takeMessages().stream().map(CustomMessage::type).toList();
    }

    @Test
    void pingsAreAnsweredInABurstAndThenAtARate() {
        peer.connected();
        peer.takeMessages();
        for (int i = 0; i < 100; i++) {
            peer.write(peer.frame(PING, FOR_MORE_THAN_IT_BRINGS));
        }

        assertThat(answers()).hasSizeBetween(20, 21).containsOnly(PONG);
    }

    @Test
    void warningsAboutChannelMessagesAreWithinTheSameRate() {
        peer.connected();
        peer.takeMessages();
        for (int i = 0; i < 50; i++) {
            peer.write(peer.frame(33, new byte[40]));
            peer.write(peer.frame(PING, FOR_MORE_THAN_IT_BRINGS));
        }

        assertThat(answers()).hasSizeBetween(20, 21);
    }

    @Test
    void onlyOnePongWaitsToBeWritten() {
        limits.setPongBurst(1_000);
        peer.connected();
        Stalled stalled = stall();
        for (int i = 0; i < 100; i++) {
            peer.write(peer.frame(PING, FOR_MOST));
        }

        assertThat(stalled.writes).isEqualTo(1);
    }

    @Test
    void noPongIsWrittenWhileMuchElseWaits() {
        peer.connected();
        PeerConnection connection = peer.established.get(0);
        Stalled stalled = stall();
        connection.outbox().send(new CustomMessage(ODD, new byte[60_000]));
        connection.outbox().send(new CustomMessage(ODD, new byte[60_000]));
        peer.channel.runPendingTasks();
        int before = stalled.writes;

        peer.write(peer.frame(PING, FOR_MORE_THAN_IT_BRINGS));

        assertThat(stalled.writes).isEqualTo(before);
    }

    @Test
    void aPingThatAsksForNoMoreThanItBringsIsAnsweredAllTheSame() {
        peer.connected();
        peer.takeMessages();
        for (int i = 0; i < 100; i++) {
            peer.write(peer.frame(PING, FOR_ONE_BYTE));
        }

        assertThat(answers()).hasSize(100).containsOnly(PONG);
    }

    @Test
    void aPongIsWrittenWhileLittleElseWaits() {
        peer.connected();
        PeerConnection connection = peer.established.get(0);
        Stalled stalled = stall();
        connection.outbox().send(new CustomMessage(ODD, new byte[60_000]));
        peer.channel.runPendingTasks();
        int before = stalled.writes;

        peer.write(peer.frame(PING, FOR_ONE_BYTE));

        assertThat(stalled.writes).isEqualTo(before + 1);
    }

    @Test
    void noWarningIsWrittenWhileMuchElseWaits() {
        peer.connected();
        PeerConnection connection = peer.established.get(0);
        Stalled stalled = stall();
        connection.outbox().send(new CustomMessage(ODD, new byte[60_000]));
        connection.outbox().send(new CustomMessage(ODD, new byte[60_000]));
        peer.channel.runPendingTasks();
        int before = stalled.writes;

        peer.write(peer.frame(33, new byte[40]));

        assertThat(stalled.writes).isEqualTo(before);
    }

    @Test
    void whatWaitsOfOurOwnWordsCountsAsWaiting() {
        limits.setPongBurst(1_000);
        peer.connected();
        stall();
        peer.write(peer.frame(PING, FOR_MOST));

        assertThat(peer.established.get(0).outbox().pendingBytes()).isGreaterThan(65_531);
    }

    @Test
    void aBucketFillsAtItsRateAndNotBeyondItsBurst() {
        long second = 1_000_000_000;
        var bucket = new TokenBucket(2, 3, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.take(0)).isTrue();
        }
        assertThat(bucket.take(0)).isFalse();
        assertThat(bucket.take(second / 2 - 1)).isFalse();
        assertThat(bucket.take(second / 2)).isTrue();
        assertThat(bucket.isFull(second)).isFalse();

        long later = 100 * second;
        assertThat(bucket.isFull(later)).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.take(later)).isTrue();
        }
        assertThat(bucket.take(later)).isFalse();
    }
}

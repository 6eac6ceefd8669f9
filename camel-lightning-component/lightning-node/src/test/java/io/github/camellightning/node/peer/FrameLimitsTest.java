// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.ODD;
import static io.github.camellightning.node.peer.PeerNodes.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.MessageFilter;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A frame has its time, and takes no memory before its bytes are there. */
class FrameLimitsTest {

    @RegisterExtension
    final PeerNodes nodes = new PeerNodes();

    private PeerNode withFrameTimeout(long millis) throws Exception {
        return nodes.start(node -> node.getLimits().setFrameTimeoutMillis(millis));
    }

    @Test
    void aLengthAndThenSilenceIsHungUpOnWithAWarning() throws Exception {
        RawPeer peer = RawPeer.connected(withFrameTimeout(100));
        peer.sendBytes(peer.header(65_535));

        assertThat(peer.awaitHangUp()).get().asString().contains("did not end within 100 ms");
    }

    @Test
    void aSingleByteAndThenSilenceIsHungUpOnToo() throws Exception {
        RawPeer peer = RawPeer.connected(withFrameTimeout(100));
        peer.sendBytes(new byte[1]);

        assertThat(peer.awaitHangUp()).get().asString().contains("did not end within 100 ms");
    }

    @Test
    void aFrameThatFollowsOthersInTheSameReadHasItsTimeToo() throws Exception {
        RawPeer peer = RawPeer.connected(withFrameTimeout(100));
        byte[] whole = peer.frame(new byte[] {(byte) 0x94, 0x19});
        byte[] begun = peer.header(1_000);
        var both = new byte[whole.length + begun.length];
        System.arraycopy(whole, 0, both, 0, whole.length);
        System.arraycopy(begun, 0, both, whole.length, begun.length);
        peer.sendBytes(both);

        assertThat(peer.awaitHangUp()).get().asString().contains("did not end within 100 ms");
    }

    @Test
    void aByteNowAndThenDoesNotProlongAFrame() throws Exception {
        PeerNode node = withFrameTimeout(200);
        RawPeer peer = RawPeer.connected(node);
        RawPeer other = RawPeer.connected(node);
        peer.sendBytes(peer.header(65_535));
        CompletableFuture<Optional<String>> warning = CompletableFuture.supplyAsync(() -> hangUpOf(peer));

        // a round trip of another's between two bytes: by far too few for a frame before its time is over
        while (!warning.isDone()) {
            try {
                peer.sendBytes(new byte[1]);
            } catch (IOException hungUp) {
                break;
            }
            other.pingPong();
        }

        assertThat(warning.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .get()
                .asString()
                .contains("did not end within 200 ms");
    }

    private static Optional<String> hangUpOf(RawPeer peer) {
        try {
            return peer.awaitHangUp();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void silenceBetweenFramesIsNoOffence() throws Exception {
        PeerNode node = withFrameTimeout(100);
        RawPeer quiet = RawPeer.connected(node);
        RawPeer offender = RawPeer.connected(node);
        offender.sendBytes(new byte[1]);

        offender.awaitHangUp();
        quiet.pingPong();
    }

    @Test
    void aFrameOfManyPiecesArrivesWhole() throws Exception {
        PeerNode node = nodes.start();
        var mailbox = new Mailbox();
        node.onMessage(MessageFilter.all(), mailbox);
        RawPeer peer = RawPeer.connected(node);
        var payload = new byte[65_533];
        new Random(1).nextBytes(payload);
        var message = new byte[2 + payload.length];
        message[0] = (byte) (ODD >> 8);
        message[1] = (byte) ODD;
        System.arraycopy(payload, 0, message, 2, payload.length);
        byte[] frame = peer.frame(message);
        for (int at = 0; at < frame.length; at += 1_021) {
            peer.socket().getOutputStream().write(frame, at, Math.min(1_021, frame.length - at));
        }

        assertThat(mailbox.await(1).get(0).message().payload()).isEqualTo(payload);
    }

    @Test
    void peersThatAnnounceMuchAndSendNothingCostNextToNothing() throws Exception {
        int peers = 100;
        PeerNode node = nodes.start(n -> {
            n.getLimits().setHandshakesPerAddressBurst(2 * peers);
            n.getLimits().setMaxConnectionsPerAddress(2 * peers);
        });
        RawPeer.connected(node);
        long before = bufferMemory();
        List<RawPeer> waiting = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            RawPeer peer = RawPeer.connected(node);
            waiting.add(peer);
            peer.sendBytes(peer.header(65_535));
            peer.sendBytes(new byte[100]);
        }
        RawPeer last = RawPeer.connected(node);
        last.pingPong();

        assertThat((bufferMemory() - before) / peers).as("bytes a peer").isLessThan(16_384);
        for (RawPeer peer : waiting) {
            peer.close();
        }
    }

    private static long bufferMemory() {
        var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }
}

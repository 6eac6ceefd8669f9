// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import static io.github.camellightning.node.peer.PeerNodes.failure;
import static io.github.camellightning.node.peer.PeerNodes.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.NotConnectedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits to be written, while event loops run only when the test says so. */
class OutboxTest {

    private final PeerLimits limits = new PeerLimits();
    private final EmbeddedPeer older = new EmbeddedPeer(limits).connected();
    private final EmbeddedPeer newer = new EmbeddedPeer(limits).connected();
    private final Outbox outbox = older.established.get(0).outbox();
    private final Outbox other = newer.established.get(0).outbox();

    @BeforeEach
    void initIsRead() {
        older.takeMessages();
        newer.takeMessages();
    }

    @AfterEach
    void close() {
        older.finish();
        newer.finish();
    }

    private static CompletableFuture<Void> send(Outbox outbox, String text) {
        return outbox.send(message(text)).toCompletableFuture();
    }

    private static List<String> written(EmbeddedPeer peer) {
        return peer.takeMessages().stream().map(PeerNodes::text).toList();
    }

    @Test
    void messagesAreWrittenInTheOrderOfTheCallsAndThenTheSendsComplete() {
        var one = send(outbox, "one");
        var two = send(outbox, "two");
        assertThat(one).isNotDone();
        assertThat(outbox.pendingBytes()).isPositive();

        assertThat(written(older)).containsExactly("one", "two");
        assertThat(one).isCompleted();
        assertThat(two).isCompleted();
        assertThat(outbox.pendingBytes()).isZero();
    }

    @Test
    void ourOwnWordsPassWhatWaits() {
        send(outbox, "waits");
        outbox.writeControl(ControlMessages.ping());

        assertThat(older.takeMessages()).extracting(CustomMessage::type).containsExactly(18, PeerNodes.ODD);
    }

    @Test
    void whatWaitsWhenTheConnectionEndsFailsAndMayBeRetried() {
        var waiting = send(outbox, "never");
        Outbox.fail(outbox.close("the cable was cut"), "the cable was cut");

        var failure = failure(NotConnectedException.class, waiting);
        assertThat(failure).hasMessageContaining("the cable was cut");
        assertThat(failure.isRetryable()).isTrue();
        assertThat(outbox.pendingBytes()).isZero();
        assertThat(written(older)).isEmpty();
    }

    @Test
    void whatIsSentAfterwardsFailsAtOnce() {
        outbox.close("the cable was cut");

        assertThat(failure(NotConnectedException.class, send(outbox, "late")))
                .hasMessageContaining(older.established.get(0).remote().hex())
                .hasMessageContaining("the cable was cut");
    }

    @Test
    void whatWaitsIsWrittenBeforeTheConnectionIsFinished() {
        var waiting = send(outbox, "last words");
        var finished = new CompletableFuture<Void>();
        outbox.finish("this node stops", () -> finished.complete(null));
        assertThat(failure(NotConnectedException.class, send(outbox, "too late")))
                .isNotNull();

        assertThat(written(older)).containsExactly("last words");
        assertThat(waiting).isCompleted();
        assertThat(finished).isCompleted();
    }

    // another connection to the same peer

    @Test
    void whatWaitsMovesToTheOtherConnectionInOrder() {
        var one = send(outbox, "one");
        var two = send(outbox, "two");

        outbox.moveTo(other, "a newer connection replaced it");

        assertThat(written(older)).isEmpty();
        assertThat(written(newer)).containsExactly("one", "two");
        assertThat(one).isCompleted();
        assertThat(two).isCompleted();
    }

    /** Whoever looked the connection up just before it was replaced. */
    @Test
    void whatIsSentOverAReplacedConnectionFollowsWhatWaited() {
        send(outbox, "one");
        outbox.moveTo(other, "a newer connection replaced it");
        var two = send(outbox, "two");
        send(other, "three");

        assertThat(written(newer)).containsExactly("one", "two", "three");
        assertThat(two).isCompleted();
    }

    @Test
    void whatMovesToAConnectionThatIsGoneFailsAndMayBeRetried() {
        var one = send(outbox, "one");
        other.close("gone already");

        outbox.moveTo(other, "a newer connection replaced it");

        assertThat(failure(NotConnectedException.class, one).isRetryable()).isTrue();
        assertThat(failure(NotConnectedException.class, send(outbox, "two"))).hasMessageContaining("gone already");
    }

    @Test
    void whatMovesMayExceedTheLimitOfTheOtherConnection() {
        limits.setOutboundBytes(10_000);
        for (Outbox full : List.of(outbox, other)) {
            while (!full.send(new CustomMessage(PeerNodes.ODD, new byte[1_000]))
                    .toCompletableFuture()
                    .isCompletedExceptionally()) {
                // one more
            }
        }
        long both = outbox.pendingBytes() + other.pendingBytes();

        outbox.moveTo(other, "a newer connection replaced it");

        assertThat(outbox.pendingBytes()).isZero();
        assertThat(other.pendingBytes()).isEqualTo(both);
    }
}

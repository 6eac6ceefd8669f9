// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import static io.github.camellightning.node.peerrpc.ScriptedNode.OTHER;
import static io.github.camellightning.node.peerrpc.ScriptedNode.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camellightning.node.Json;
import io.github.camellightning.node.JsonResult;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.MethodCall;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.Recallable;
import io.github.camellightning.node.TimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller is told of a call that has no reply. */
@Timeout(60)
class CallOutcomeTest extends PeerClientSupport {

    @Test
    void aDeadlinePassesAndTheOutcomeIsUnknown() {
        var call = new MethodCall("slow", Json.emptyObject(), null, Duration.ofMillis(20), 1);
        assertThat(failureOf(OutcomeUnknownException.class, call(PEER, call)))
                .hasMessageContaining("slow on peer " + PEER, "20 ms");
        assertThat(rpc.openCalls()).isZero();

        reply(lastId(), "\"result\":1");
        assertThat(rpc.unknownReplies()).isEqualTo(1);
    }

    @Test
    void aDeadlineThatPassesBeforeItIsSentLeavesTheOutcomeUnknownToo() {
        node.sending((peer, message) -> new CompletableFuture<>());
        var call = new MethodCall("slow", Json.emptyObject(), null, Duration.ofMillis(20), 1);
        assertThat(failureOf(OutcomeUnknownException.class, call(PEER, call))).hasMessageContaining("may still be");
    }

    /** What a node keeps back. */
    private static final class KeptBack extends CompletableFuture<Void> implements Recallable {
        @Override
        public boolean recall(LightningException reason) {
            return completeExceptionally(reason);
        }
    }

    @Test
    void aRequestThatTheNodeStillKeepsBackAtItsDeadlineIsTakenBackAndCanBeSentAgain() {
        var request = new KeptBack();
        node.sending((peer, message) -> request);
        var call = new MethodCall("slow", Json.emptyObject(), null, Duration.ofMillis(20), 1);

        assertThat(failureOf(TimeoutException.class, call(PEER, call)))
                .hasMessage("slow on peer " + PEER + " was not sent before its deadline");
        assertThat(request).isCompletedExceptionally();
        assertThat(rpc.openCalls()).isZero();
    }

    @Test
    void aDeadlineWithoutEndIsOne() {
        call(PEER, new MethodCall("slow", Json.emptyObject(), null, Duration.ofSeconds(Long.MAX_VALUE), 1));
        assertThat(rpc.openCalls()).isEqualTo(1);
    }

    @Test
    void whenThePeerGoesCallsOnItEndAtOnceAndOthersGoOn() {
        CompletableFuture<JsonResult> lost = call();
        CompletableFuture<JsonResult> other = call(OTHER, status());
        node.disconnected(PEER);

        OutcomeUnknownException unknown = failureOf(OutcomeUnknownException.class, lost);
        assertThat(unknown).hasMessageContaining("orders.status on peer " + PEER, "disconnected: gone");
        assertThat(unknown.isRetryable()).isFalse();
        assertThat(other).isNotDone();
    }

    @Test
    void whatWasNotWrittenSaysSo() {
        node.sending((peer, message) -> CompletableFuture.failedFuture(new NotConnectedException("not there")));
        assertThat(failureOf(NotConnectedException.class, call()).isRetryable()).isTrue();

        node.sending((peer, message) -> {
            throw new IllegalStateException("broken");
        });
        failureOf(LightningException.class, call());
        assertThat(rpc.openCalls()).isZero();
    }

    @Test
    void aPeerThatGoesWhileTheRequestIsBeingWrittenLeavesTheAnswerToTheNode() {
        var sending = new CompletableFuture<Void>();
        node.sending((peer, message) -> sending);
        CompletableFuture<JsonResult> unwritten = call();
        node.disconnected(PEER);
        assertThat(unwritten).isNotDone();
        sending.completeExceptionally(new NotConnectedException("closed"));
        failureOf(NotConnectedException.class, unwritten);

        var written = new CompletableFuture<Void>();
        node.sending((peer, message) -> written);
        CompletableFuture<JsonResult> lost = call();
        node.disconnected(PEER);
        written.complete(null);
        failureOf(OutcomeUnknownException.class, lost);
    }

    @Test
    void aReplyMayOvertakeTheNewsThatTheRequestIsWritten() {
        var sending = new CompletableFuture<Void>();
        node.sending((peer, message) -> sending);
        CompletableFuture<JsonResult> call = call();
        reply(lastId(), "\"result\":1");
        sending.complete(null);
        assertThat(resultOf(call)).isEqualTo("1");
    }

    @Test
    void whenTheNodeGoesDownCallsEnd() {
        CompletableFuture<JsonResult> call = call();
        node.down("no daemon");
        await().atMost(10, TimeUnit.SECONDS).until(call::isDone);
        assertThat(failureOf(OutcomeUnknownException.class, call)).hasMessageContaining("no daemon");
    }

    @Test
    void callsOnOnePeerAndCallsInAllAreCounted() {
        CompletableFuture<JsonResult> first = call();
        call();
        call();
        QueueFullException full = failureOf(QueueFullException.class, call());
        assertThat(full).hasMessageContaining("maxCallsPerPeer=3");
        assertThat(full.isRetryable()).isTrue();
        call(OTHER, status());
        call(OTHER, status());
        assertThat(failureOf(QueueFullException.class, call(OTHER, status()))).hasMessageContaining("maxCalls=5");

        first.cancel(false);
        assertThat(call()).isNotDone();
    }

    @Test
    void closingEndsCallsAndRefusesOthers() {
        CompletableFuture<JsonResult> call = call();
        rpc.close();
        rpc.close();
        failureOf(OutcomeUnknownException.class, call);
        failureOf(NotConnectedException.class, call());
        assertThat(node.sent).hasSize(1);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.Recallable;
import io.github.camellightning.node.TimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends through a node, with a deadline. */
final class Sender {

    private final LightningNode node;
    private final long timeoutMillis;
    private final Deadlines<Sending> deadlines;

    Sender(LightningNode node, long timeoutMillis, ScheduledExecutorService timer) {
        this.node = node;
        this.timeoutMillis = timeoutMillis;
        this.deadlines = new Deadlines<>(TimeUnit.MILLISECONDS.toNanos(timeoutMillis), timer);
    }

    /** Completes as the node says, or when the deadline passes; on a thread that must not be kept, unless it is done already. */
    CompletableFuture<Void> send(NodeId peer, CustomMessage message) {
        CompletionStage<Void> sent = node.send(peer, message);
        CompletableFuture<Void> stage = sent.toCompletableFuture();
        if (stage.isDone()) {
            return stage;
        }
        var sending = new Sending(peer, sent instanceof Recallable recallable ? recallable : null);
        deadlines.add(sending);
        stage.whenComplete((done, failure) -> sending.end(failure));
        return sending;
    }

    private final class Sending extends CompletableFuture<Void> implements Deadlines.Expiring {

        private final NodeId peer;
        private final @Nullable Recallable message;
        private final long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);

        Sending(NodeId peer, @Nullable Recallable message) {
            this.peer = peer;
            this.message = message;
        }

        @Override
        public long deadline() {
            return deadline;
        }

        @Override
        public void expire() {
            if (message != null
                    && message.recall(new TimeoutException("The message to " + peer
                            + " had to wait for the sendTimeout of " + timeoutMillis
                            + " ms, and was taken back unsent"))) {
                return;
            }
            // whether the node was about to write it, or had begun to, cannot be seen from here
            completeExceptionally(new OutcomeUnknownException("The message to " + peer
                    + " was not sent within the sendTimeout of " + timeoutMillis + " ms, and may still be"));
        }

        void end(@Nullable Throwable failure) {
            deadlines.remove(this);
            if (failure == null) {
                complete(null);
            } else {
                completeExceptionally(failure);
            }
        }
    }

    /** What a stage failed with, which stages like to wrap. */
    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}

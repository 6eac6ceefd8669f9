// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.NodeId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An envelope on its way to its receiver. */
final class OutgoingEnvelope {

    private static final int MOST_PATIENT = 16;

    private final NodeId peer;
    private final EnvelopeId id;
    private final EnvelopeLabels labels;
    private final PartSource source;
    private final long deadlineNanos;
    private final CompletableFuture<Void> handled = new CompletableFuture<>();
    private final int window;
    private final @Nullable Supplier<CompletionStage<Void>> connect;

    private SendProgress progress;
    /** Whether it waits for its turn. */
    boolean queued;
    /** Whether a part is being read, which is not to be overtaken. */
    boolean reading;
    /** Whether any of it has left this process. */
    boolean written;
    /** Messages of it that the node has and has not written yet, as far as is known. */
    int beingWritten;

    /** Why the last attempt was in vain. */
    @Nullable
    Throwable lastFailure;

    private long lastProgress;
    private long askAt = Long.MAX_VALUE;
    private long patience;

    OutgoingEnvelope(
            NodeId peer,
            EnvelopeId id,
            EnvelopeLabels labels,
            PartSource source,
            Duration deadline,
            int window,
            @Nullable Supplier<CompletionStage<Void>> connect,
            long now) {
        this.peer = peer;
        this.id = id;
        this.labels = labels;
        this.source = source;
        this.deadlineNanos = deadline.toNanos();
        this.window = window;
        this.connect = connect;
        this.progress = new SendProgress(source.count(), window);
        this.lastProgress = now;
    }

    EnvelopeId id() {
        return id;
    }

    /** Connects to the peer; null where others see to that. */
    @Nullable
    Supplier<CompletionStage<Void>> connect() {
        return connect;
    }

    /** With part 0 only. */
    EnvelopeLabels labels(long part) {
        return part == 0 ? labels : EnvelopeLabels.NONE;
    }

    boolean isExpired(long nowMillis) {
        return labels.isExpired(nowMillis);
    }

    PartSource source() {
        return source;
    }

    SendProgress progress() {
        return progress;
    }

    CompletableFuture<Void> handled() {
        return handled;
    }

    boolean mayHaveArrived() {
        return written || beingWritten > 0;
    }

    /** Nothing of it left this process: as if it had not been tried. */
    void startAnew() {
        progress = new SendProgress(source.count(), window);
    }

    void progressed(long now) {
        lastProgress = now;
    }

    boolean isOverdue(long now) {
        return now - lastProgress >= deadlineNanos;
    }

    /** Something was sent that wants an answer. */
    void expectAnswer(long now, long askAfter) {
        if (askAt == Long.MAX_VALUE) {
            patience = askAfter;
            askAt = now + patience;
        }
    }

    void answered(long now, boolean more, long askAfter) {
        patience = more ? askAfter : Math.max(askAfter, patience);
        askAt = now + patience;
    }

    boolean isSilent(long now) {
        return askAt != Long.MAX_VALUE && now - askAt >= 0;
    }

    void asking(long now, long askAfter) {
        patience = Math.min(2 * patience, MOST_PATIENT * askAfter);
        askAt = now + patience;
    }

    @Override
    public String toString() {
        return "envelope " + id + " of " + source.size() + " bytes to " + peer;
    }
}

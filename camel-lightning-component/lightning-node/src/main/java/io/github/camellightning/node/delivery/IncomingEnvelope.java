// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.Content;
import io.github.camellightning.node.ResultBuffer;
import io.github.camellightning.node.delivery.DeliveryMessage.Part;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** An envelope that comes, or has come and is being handled. */
final class IncomingEnvelope {

    private final EnvelopeId id;
    private final ReceiveProgress progress;
    private final Fingerprint fingerprint;
    private final CompletionStage<Boolean> handledBefore;
    private final Stock stock;
    private final long memory;
    private final @Nullable ResultBuffer buffer;

    private EnvelopeLabels labels = EnvelopeLabels.NONE;
    private @Nullable Content body;
    private boolean handedOver;
    /** How far its bytes are kept, which is later than that they came. */
    private long kept;

    private long lastCame;

    IncomingEnvelope(Part any, CompletionStage<Boolean> handledBefore, DeliverySettings settings, Stock stock) {
        this.id = any.id();
        this.fingerprint = Fingerprint.of(any);
        this.progress = new ReceiveProgress(any.count(), any.total());
        this.handledBefore = handledBefore;
        this.stock = stock;
        if (any.count() == 1) {
            memory = 0;
            buffer = null;
        } else {
            long wanted = Math.min(any.total(), settings.memoryBytes());
            memory = stock.takeMemory(wanted) ? wanted : 0;
            buffer = new ResultBuffer((int) memory, any.total(), settings.spoolDirectory());
        }
    }

    EnvelopeId id() {
        return id;
    }

    long total() {
        return fingerprint.total();
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }

    ReceiveProgress progress() {
        return progress;
    }

    CompletionStage<Boolean> handledBefore() {
        return handledBefore;
    }

    /** Of what comes in more than one part. */
    @Nullable
    ResultBuffer buffer() {
        return buffer;
    }

    /** On the thread that writes to the disk; returns why it cannot be kept. */
    @Nullable
    Throwable append(byte[] part) {
        ResultBuffer keeping = Objects.requireNonNull(buffer, "it comes in one part");
        try {
            keeping.append(part, 0, part.length);
            return keeping.failure();
        } catch (RuntimeException | Error unexpected) {
            return unexpected;
        }
    }

    EnvelopeLabels labels() {
        return labels;
    }

    void came(Part taken, long now) {
        lastCame = now;
        if (taken.part() == 0) {
            labels = taken.labels();
        }
    }

    void touched(long now) {
        lastCame = now;
    }

    boolean isStale(long now, long timeout) {
        return !progress.isComplete() && now - lastCame >= timeout;
    }

    void keptOne() {
        kept++;
    }

    long kept() {
        return kept;
    }

    void body(Content whole) {
        body = whole;
    }

    /** Gives the body away; from then on it is not this one's to close. */
    Content handOver() {
        Content whole = Objects.requireNonNull(body, "not here as a whole yet");
        body = null;
        handedOver = true;
        return whole;
    }

    /** Gives back what it holds. */
    void discard(Executor disk) {
        stock.giveBackMemory(memory);
        Content whole = body;
        if (whole != null) {
            whole.close();
        } else if (buffer != null && !handedOver) {
            disk.execute(buffer::discard);
        }
    }
}

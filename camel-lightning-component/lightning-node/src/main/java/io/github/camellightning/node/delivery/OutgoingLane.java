// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.NotConnectedException;
import io.github.camellightning.node.OutcomeUnknownException;
import io.github.camellightning.node.QueueFullException;
import io.github.camellightning.node.TimeoutException;
import io.github.camellightning.node.delivery.DeliveryMessage.Answer;
import io.github.camellightning.node.delivery.DeliveryMessage.Handled;
import io.github.camellightning.node.delivery.DeliveryMessage.Have;
import io.github.camellightning.node.delivery.DeliveryMessage.Part;
import io.github.camellightning.node.delivery.DeliveryMessage.Query;
import io.github.camellightning.node.delivery.DeliveryMessage.Refused;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The envelopes on their way to one peer: they take turns, a part each. All but {@link #admit} runs in {@link #serial()}. */
final class OutgoingLane {

    private static final int MAX_REASON = 300;

    private final NodeId peer;
    private final DeliverySettings settings;
    private final LongSupplier clock;
    private final long askAfter;
    private final Serial serial = new Serial();
    private final OutgoingMessages messages;
    private final AtomicInteger admitted = new AtomicInteger();

    private final Map<EnvelopeId, OutgoingEnvelope> open = new LinkedHashMap<>();
    private final ArrayDeque<OutgoingEnvelope> ready = new ArrayDeque<>();
    private int reading;
    private boolean paused;
    private long pausedUntil;
    private boolean connecting;
    /** How many connections there were, as far as was told. */
    private int connections;

    private boolean closed;

    OutgoingLane(LightningNode node, NodeId peer, DeliverySettings settings, LongSupplier clock) {
        this.peer = peer;
        this.settings = settings;
        this.clock = clock;
        this.askAfter = settings.askAfter().toNanos();
        this.messages = new OutgoingMessages(node, peer, settings.type(), serial, this::sent);
    }

    Serial serial() {
        return serial;
    }

    /** @throws QueueFullException where too many are on their way */
    void admit() {
        if (admitted.incrementAndGet() > settings.maxOutgoing()) {
            admitted.decrementAndGet();
            throw new QueueFullException(
                    "Already " + settings.maxOutgoing() + " envelopes are on their way to " + peer + ": the limit");
        }
    }

    boolean isIdle() {
        return admitted.get() == 0;
    }

    void add(OutgoingEnvelope envelope) {
        if (closed) {
            end(envelope, new NotConnectedException(envelope + " was not sent: this sender is closed"));
        } else if (open.putIfAbsent(envelope.id(), envelope) != null) {
            end(
                    envelope,
                    new InvalidMessageException(
                            envelope + " was not sent: another with its id is on its way to that peer"));
        } else {
            enqueue(envelope);
            pump();
        }
    }

    private void enqueue(OutgoingEnvelope envelope) {
        if (!envelope.queued && !envelope.reading && envelope.progress().step() != SendProgress.Step.WAIT) {
            envelope.queued = true;
            ready.add(envelope);
        }
    }

    private void pump() {
        while (!paused && reading + messages.unsent() < settings.maxUnsent() && !ready.isEmpty()) {
            OutgoingEnvelope envelope = ready.remove();
            envelope.queued = false;
            if (open.get(envelope.id()) == envelope) {
                step(envelope);
            }
        }
        messages.flushWhereFewAreUnsent();
    }

    private void step(OutgoingEnvelope envelope) {
        switch (envelope.progress().step()) {
            case QUERY -> {
                envelope.progress().sent();
                send(envelope, DeliveryCodec.encode(new Query(envelope.id())));
            }
            case PART -> sendPart(envelope, envelope.progress().next());
            case WAIT -> {
                // an answer came while it waited for its turn
            }
        }
        enqueue(envelope);
    }

    private void sendPart(OutgoingEnvelope envelope, long part) {
        envelope.progress().sent();
        var read = envelope.source().read(part).toCompletableFuture();
        if (read.isDone() && !read.isCompletedExceptionally()) {
            send(envelope, encoded(envelope, part, read.join()));
            return;
        }
        reading++;
        envelope.reading = true;
        read.whenComplete((bytes, failure) -> serial.execute(() -> {
            reading--;
            envelope.reading = false;
            if (open.get(envelope.id()) == envelope) {
                if (failure == null) {
                    send(envelope, encoded(envelope, part, bytes));
                    enqueue(envelope);
                } else {
                    fail(envelope, new LightningException(envelope + " cannot be read: " + failure, failure));
                }
            }
            pump();
        }));
    }

    private byte[] encoded(OutgoingEnvelope envelope, long part, byte[] bytes) {
        PartSource source = envelope.source();
        return DeliveryCodec.encode(
                new Part(envelope.id(), part, source.count(), source.size(), envelope.labels(part), bytes));
    }

    private void send(OutgoingEnvelope envelope, byte[] payload) {
        envelope.expectAnswer(clock.getAsLong(), askAfter);
        messages.add(envelope, payload, connections);
    }

    private void sent(List<OutgoingEnvelope> together, int connection, @Nullable Throwable failure) {
        for (OutgoingEnvelope envelope : together) {
            envelope.lastFailure = failure == null ? null : cause(failure);
            if (failure == null) {
                envelope.written = true;
            } else {
                notSent(envelope, connection, cause(failure));
            }
        }
        pump();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** What cannot ever be sent ends its envelope; anything else is tried again when the peer is back, or after a while. */
    private void notSent(OutgoingEnvelope envelope, int connection, Throwable failure) {
        if (open.get(envelope.id()) != envelope) {
            return;
        }
        if (failure instanceof InvalidMessageException || !(failure instanceof LightningException)) {
            fail(envelope, failure);
            return;
        }
        if (failure instanceof OutcomeUnknownException) {
            envelope.written = true;
        }
        if (envelope.written) {
            envelope.progress().ask();
        } else {
            envelope.startAnew();
        }
        enqueue(envelope);
        if (failure instanceof NotConnectedException) {
            connect(envelope);
        }
        if (failure instanceof QueueFullException) {
            pause(askAfter / 10);
        } else if (connection == connections) {
            pause(askAfter);
        }
    }

    private void connect(OutgoingEnvelope envelope) {
        Supplier<CompletionStage<Void>> connect = envelope.connect();
        if (connect == null || connecting) {
            return;
        }
        connecting = true;
        CompletionStage<Void> attempt;
        try {
            attempt = connect.get();
        } catch (RuntimeException refused) {
            attempt = CompletableFuture.failedFuture(refused);
        }
        attempt.whenComplete((connected, failure) -> serial.execute(() -> {
            connecting = false;
            if (failure == null) {
                // of a new connection the node tells; there may have been one that is about to end
                pause(askAfter / 10);
            } else if (open.get(envelope.id()) == envelope) {
                envelope.lastFailure = cause(failure);
            }
        }));
    }

    private void pause(long nanos) {
        paused = true;
        pausedUntil = clock.getAsLong() + nanos;
    }

    /** The connection is a new one: what was sent over the old one may be lost. */
    void connected() {
        connections++;
        paused = false;
        askAll();
        pump();
    }

    void disconnected() {
        pause(askAfter);
        askAll();
    }

    private void askAll() {
        for (OutgoingEnvelope envelope : open.values()) {
            if (envelope.written) {
                envelope.progress().ask();
            }
            enqueue(envelope);
        }
    }

    void answered(Answer answer) {
        if (answer instanceof Handled handled) {
            handled.ids().forEach(id -> end(open.remove(id), null));
        } else if (answer instanceof Refused refused) {
            end(
                    open.remove(refused.id()),
                    new RefusedException(
                            "Peer " + peer + " refused envelope " + refused.id()
                                    + (refused.again() ? " for now: " : " for good: ")
                                    + Escaped.of(refused.reason(), MAX_REASON),
                            refused.again()));
        } else if (answer instanceof Have have) {
            have(have);
        }
        pump();
    }

    private void have(Have have) {
        OutgoingEnvelope envelope = open.get(have.id());
        if (envelope == null) {
            return;
        }
        long now = clock.getAsLong();
        boolean more = envelope.progress().have(have);
        if (more) {
            envelope.progressed(now);
        }
        envelope.answered(now, more, askAfter);
        enqueue(envelope);
    }

    /** Now and then: ends what is overdue, asks where nothing was heard, tries again. */
    void tick(long nowMillis) {
        long now = clock.getAsLong();
        if (paused && now - pausedUntil >= 0) {
            paused = false;
        }
        for (OutgoingEnvelope envelope : List.copyOf(open.values())) {
            if (envelope.isOverdue(now)) {
                fail(envelope, late(envelope, "nothing more of it was acknowledged before its deadline"));
            } else if (envelope.isExpired(nowMillis)) {
                fail(envelope, late(envelope, "it expired"));
            } else if (!paused && envelope.isSilent(now)) {
                envelope.progress().ask();
                envelope.asking(now, askAfter);
                enqueue(envelope);
            }
        }
        pump();
    }

    private static LightningException late(OutgoingEnvelope envelope, String reason) {
        Throwable last = envelope.lastFailure;
        String why = last == null ? reason : reason + "; the last attempt: " + last.getMessage();
        return envelope.mayHaveArrived()
                ? new OutcomeUnknownException("Whether " + envelope + " was handled is unknown: " + why)
                : new TimeoutException(envelope + " was not sent: " + why);
    }

    void close() {
        closed = true;
        for (OutgoingEnvelope envelope : List.copyOf(open.values())) {
            fail(
                    envelope,
                    envelope.mayHaveArrived()
                            ? new OutcomeUnknownException("Whether " + envelope
                                    + " was handled is unknown: this sender was closed before the peer said so")
                            : new NotConnectedException(envelope + " was not sent: this sender is closed"));
        }
    }

    private void fail(OutgoingEnvelope envelope, Throwable failure) {
        open.remove(envelope.id(), envelope);
        end(envelope, failure);
    }

    private void end(@Nullable OutgoingEnvelope envelope, @Nullable Throwable failure) {
        if (envelope == null) {
            return;
        }
        admitted.decrementAndGet();
        envelope.source().close();
        if (failure == null) {
            envelope.handled().complete(null);
        } else {
            envelope.handled().completeExceptionally(failure);
        }
    }
}

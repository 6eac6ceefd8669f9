// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.Content;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ResultBuffer;
import io.github.camellightning.node.delivery.DeliveryMessage.Part;
import io.github.camellightning.node.delivery.DeliveryMessage.Query;
import io.github.camellightning.node.delivery.EnvelopeListener.Outcome;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The envelopes that one peer sends. All runs in {@link #serial()}. */
final class IncomingLane {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingLane.class);
    private static final String LOOK = "see to the idempotent repository";
    private static final int REMEMBERED = 1_024;
    private static final CompletionStage<Void> ROOM = CompletableFuture.completedFuture(null);

    private final NodeId peer;
    private final DeliverySettings settings;
    private final EnvelopeListener listener;
    private final HandledEnvelopes handled;
    private final boolean ordered;
    private final Executor disk;
    private final LongSupplier clock;
    private final Stock stock;
    private final Serial serial = new Serial();
    private final Answers answers;

    private final OpenEnvelopes open;
    private final TurnedAway turnedAway = new TurnedAway();
    /** Of what was handled of late, to know an id that comes again with something else. */
    private final Map<EnvelopeId, Fingerprint> recent = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<EnvelopeId, Fingerprint> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** Whole, and waiting for the one before where order matters. */
    private final ArrayDeque<IncomingEnvelope> whole = new ArrayDeque<>();

    private boolean running;
    private boolean suspended;
    private boolean closed;

    private final AtomicInteger entered = new AtomicInteger();
    private volatile boolean idle;

    IncomingLane(
            LightningNode node,
            NodeId peer,
            DeliverySettings settings,
            EnvelopeListener listener,
            HandledEnvelopes handled,
            boolean ordered,
            Executor disk,
            LongSupplier clock,
            Stock stock) {
        this.peer = peer;
        this.settings = settings;
        this.listener = listener;
        this.handled = handled;
        this.ordered = ordered;
        this.disk = disk;
        this.clock = clock;
        this.stock = stock;
        this.open = new OpenEnvelopes(settings.perPeer(), stock);
        this.answers = new Answers(node, peer, settings.answerType(), serial);
    }

    Serial serial() {
        return serial;
    }

    /** Called before {@link #received}, while the lane cannot be dropped. */
    void enter() {
        entered.incrementAndGet();
    }

    /** Whether nothing is here, nor about to be. */
    boolean isIdle() {
        return idle && entered.get() == 0;
    }

    /** @return completes when the peer may send more */
    CompletionStage<Void> received(List<DeliveryMessage> messages) {
        idle = false;
        entered.decrementAndGet();
        CompletionStage<Void> room = ROOM;
        for (DeliveryMessage message : messages) {
            CompletionStage<Void> more = received(message);
            room = more == ROOM ? room : room.thenCombine(more, (these, those) -> null);
        }
        return room;
    }

    private CompletionStage<Void> received(DeliveryMessage message) {
        if (message instanceof Part part) {
            return part(part);
        }
        return message instanceof Query query ? query(query.id()) : ROOM;
    }

    private CompletionStage<Void> query(EnvelopeId id) {
        IncomingEnvelope envelope = open.find(id);
        if (envelope != null) {
            envelope.touched(clock.getAsLong());
            envelope.progress().answered();
            answers.have(id, envelope.progress().next(), settings.window(), true);
        } else if (recent.containsKey(id)) {
            answers.handled(id);
        } else {
            return handled.contains(peer, id).handle((before, failure) -> {
                serial.execute(() -> answer(id, Boolean.TRUE.equals(before)));
                return null;
            });
        }
        return ROOM;
    }

    private void answer(EnvelopeId id, boolean handledBefore) {
        if (handledBefore) {
            answers.handled(id);
        } else if (open.find(id) == null) {
            answers.have(id, 0, !suspended && open.hasRoom(0) ? settings.window() : 0, true);
        }
    }

    private CompletionStage<Void> part(Part part) {
        IncomingEnvelope envelope = open.find(part.id());
        if (envelope == null) {
            envelope = admit(part);
        }
        return envelope == null ? ROOM : take(envelope, part);
    }

    private @Nullable IncomingEnvelope admit(Part part) {
        EnvelopeId id = part.id();
        Fingerprint before = recent.get(id);
        if (before != null) {
            String difference = before.difference(part);
            if (difference.isEmpty()) {
                answers.handled(id);
            } else {
                answers.refuse(id, false, "its id was another's, " + difference);
            }
            return null;
        }
        if (!ReceiveProgress.isPossible(part)) {
            answers.refuse(id, false, "its numbers contradict each other");
            return null;
        }
        if (part.total() > settings.maxEnvelopeBytes()) {
            answers.refuse(id, false, "it has " + part.total() + " bytes: the limit is " + settings.maxEnvelopeBytes());
            return null;
        }
        if (closed || suspended || !open.hasRoom(part.total())) {
            turnAway(id);
            return null;
        }
        CompletionStage<Boolean> handledBefore = handled.contains(peer, id);
        if (!open.reserve(part.total())) {
            turnAway(id);
            return null;
        }
        turnedAway.remove(id);
        var envelope = new IncomingEnvelope(part, handledBefore, settings, stock);
        open.add(envelope);
        return envelope;
    }

    private void turnAway(EnvelopeId id) {
        if (turnedAway.add(id)) {
            answers.have(id, 0, 0, true);
        }
    }

    private CompletionStage<Void> take(IncomingEnvelope envelope, Part part) {
        switch (envelope.progress().take(part)) {
            case TAKEN, COMPLETE -> {
                envelope.came(part, clock.getAsLong());
                return keep(envelope, part.bytes());
            }
            case MISSING -> answers.have(envelope.id(), envelope.progress().next(), settings.window(), true);
            case CONTRADICTION -> contradicted(envelope);
            case KNOWN -> known(envelope, part);
            case STILL_MISSING -> envelope.touched(clock.getAsLong());
        }
        return ROOM;
    }

    /** A sender that begins again may have been started again: it need not send what is here. */
    private void known(IncomingEnvelope envelope, Part part) {
        envelope.touched(clock.getAsLong());
        if (part.part() == 0) {
            answers.have(envelope.id(), envelope.progress().next(), settings.window(), true);
        }
    }

    private void contradicted(IncomingEnvelope envelope) {
        if (envelope.progress().isComplete()) {
            // it is being handled; what became of it is all that there is to say
            LOG.debug("Peer {} sent a part that contradicts envelope {}, which came whole", peer, envelope.id());
            return;
        }
        discard(envelope);
        answers.refuse(envelope.id(), false, "its parts contradict each other");
    }

    private CompletionStage<Void> keep(IncomingEnvelope envelope, byte[] part) {
        ResultBuffer buffer = envelope.buffer();
        if (buffer == null) {
            envelope.body(Content.of(part));
            complete(envelope);
            return ROOM;
        }
        var room = new CompletableFuture<Void>();
        disk.execute(() -> {
            Throwable failure = envelope.append(part);
            serial.execute(() -> {
                try {
                    kept(envelope, buffer, failure);
                } finally {
                    // whatever goes wrong, the peer is not held for it
                    room.complete(null);
                }
            });
        });
        return room;
    }

    private void kept(IncomingEnvelope envelope, ResultBuffer buffer, @Nullable Throwable failure) {
        if (!open.has(envelope)) {
            return;
        }
        if (failure != null) {
            tell(envelope, "could not be kept and is to be sent again: see to the room for temporary files", failure);
            discard(envelope);
            answers.refuse(envelope.id(), true, "there is no room to keep it");
            return;
        }
        envelope.keptOne();
        ReceiveProgress progress = envelope.progress();
        if (progress.isComplete() && envelope.kept() == progress.next()) {
            envelope.body(buffer.content());
            complete(envelope);
        } else if (envelope.kept() % Math.max(1, settings.window() / 4) == 0) {
            answers.have(envelope.id(), envelope.kept(), settings.window(), false);
        }
    }

    private void tell(IncomingEnvelope envelope, String trouble, Throwable failure) {
        LOG.error("Envelope {} of {} {}", envelope.id(), peer, trouble, failure);
    }

    private void complete(IncomingEnvelope envelope) {
        envelope.handledBefore()
                .whenComplete((before, failure) -> serial.execute(() -> {
                    if (!open.has(envelope)) {
                        return;
                    }
                    if (failure != null) {
                        tell(envelope, "is to be sent again, for it may have been handled before: " + LOOK, failure);
                        discard(envelope);
                        answers.refuse(envelope.id(), true, "it cannot be looked up whether it was handled before");
                    } else if (before) {
                        recent.put(envelope.id(), envelope.fingerprint());
                        discard(envelope);
                        answers.handled(envelope.id());
                    } else {
                        whole.add(envelope);
                        runNext();
                    }
                }));
    }

    private void runNext() {
        while (!whole.isEmpty() && !(ordered && running)) {
            IncomingEnvelope envelope = whole.remove();
            if (open.has(envelope)) {
                running = true;
                run(envelope);
            }
        }
    }

    private void run(IncomingEnvelope envelope) {
        if (envelope.labels().isExpired(System.currentTimeMillis())) {
            done(envelope, new Outcome.Refused(false, "it has expired"));
            return;
        }
        var received = new ReceivedEnvelope(peer, envelope.id(), envelope.labels(), envelope.handOver(), Instant.now());
        CompletionStage<Outcome> handling;
        try {
            handling = listener.onEnvelope(received);
        } catch (Throwable failure) {
            // an Error too: whatever it is, the envelope must not stay
            handling = CompletableFuture.failedFuture(failure);
        }
        handling.whenComplete((outcome, failure) -> serial.execute(() -> {
            if (failure != null) {
                tell(envelope, "is to be sent again, for its listener failed: mend that", failure);
            }
            done(envelope, failure == null ? outcome : new Outcome.Refused(true, "it could not be handled"));
        }));
    }

    private void done(IncomingEnvelope envelope, Outcome outcome) {
        running = false;
        if (outcome instanceof Outcome.Refused refused) {
            discard(envelope);
            answers.refuse(envelope.id(), refused.again(), refused.reason());
        } else {
            handled.add(peer, envelope.id())
                    .whenComplete((added, failure) -> serial.execute(() -> {
                        if (failure != null) {
                            tell(envelope, "was handled, and will be again if it is sent again: " + LOOK, failure);
                        }
                        recent.put(envelope.id(), envelope.fingerprint());
                        discard(envelope);
                        answers.handled(envelope.id());
                    }));
        }
        runNext();
    }

    private void discard(IncomingEnvelope envelope) {
        if (!open.remove(envelope)) {
            return;
        }
        envelope.discard(disk);
        if (!turnedAway.isEmpty() && open.isHalfEmpty()) {
            welcomeWhereThereIsRoom();
        }
    }

    private void welcomeWhereThereIsRoom() {
        if (!suspended && !turnedAway.isEmpty() && open.hasRoom(0)) {
            welcome();
        }
    }

    void tick() {
        long now = clock.getAsLong();
        for (IncomingEnvelope envelope : open.all()) {
            if (envelope.isStale(now, settings.incompleteTimeout().toNanos())) {
                LOG.debug("Envelope {} of {} is given up: nothing more of it came", envelope.id(), peer);
                discard(envelope);
            }
        }
        // others may have made room since
        welcomeWhereThereIsRoom();
        idle = open.isEmpty() && answers.isIdle();
    }

    /** Whether new envelopes are told to wait. */
    void suspend(boolean wait) {
        suspended = wait;
        if (!wait) {
            welcome();
        }
    }

    private void welcome() {
        turnedAway.drain().forEach(id -> answers.have(id, 0, settings.window(), true));
    }

    /** Takes nothing new; what came whole goes on. */
    void close() {
        closed = true;
        for (IncomingEnvelope envelope : open.all()) {
            if (!envelope.progress().isComplete()) {
                discard(envelope);
            }
        }
    }
}

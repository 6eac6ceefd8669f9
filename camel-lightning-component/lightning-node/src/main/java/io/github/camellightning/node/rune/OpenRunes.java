// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static java.util.Objects.requireNonNull;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.rune.RuneState.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Runes} whose files are open. */
final class OpenRunes {

    private static final Logger LOG = LoggerFactory.getLogger(Runes.class);
    private static final CompletionStage<Void> ALLOWED = CompletableFuture.completedFuture(null);
    /**
     * A use is written down as somewhat later than it was, so that those that follow soon need not be: whoever reads the file after a crash takes the rune
     * for used later than it was, and never earlier. Runes with a rate are written down as they are used.
     */
    private static final Duration AHEAD = Duration.ofSeconds(10);

    /** How often the time is written down while runes are checked: what a clock can be set back by over a crash, and have an expired rune live again. */
    private static final Duration NOTE_OF_TIME = Duration.ofMinutes(5);

    private static final Duration WORTH_A_WARNING = Duration.ofMinutes(1);

    /**
     * Of a unique id, since this process began.
     *
     * @param written what this process wrote of it last: anything else in the file is another's
     */
    private record Use(long nanos, Instant at, @Nullable Instant written) {}

    private final MasterSecret secret;
    private final RuneStore store;
    private final RuneClock clock;
    private final RuneWriter writer;
    private final Map<Long, Use> uses = new HashMap<>();
    private final AtomicBoolean checking = new AtomicBoolean();

    OpenRunes(MasterSecret secret, RuneStore store, RuneClock clock) {
        this.secret = secret;
        this.store = store;
        this.clock = clock;
        this.writer = new RuneWriter(store);
        Duration behind = clock.notBefore(store.current().clock());
        if (behind.compareTo(WORTH_A_WARNING) > 0) {
            LOG.warn(
                    "The system's clock is {} behind what it was when runes were used last. Runes that expire are held against the later time. Set the clock",
                    behind);
        }
    }

    Rune make(List<Restriction> restrictions) {
        String text = restrictions.stream().map(Restriction::toString).collect(Collectors.joining("&"));
        // before it has an id: what cannot be a rune must not cost one
        secret.rune(Long.MAX_VALUE, restrictions);
        var id = new long[1];
        store.update(state -> {
            id[0] = state.nextId();
            return state.withRune(id[0], text);
        });
        return secret.rune(id[0], restrictions);
    }

    List<MadeRune> list() {
        RuneState state = store.current();
        return state.runes().entrySet().stream()
                .map(made -> made(state, made.getKey(), made.getValue()))
                .toList();
    }

    private MadeRune made(RuneState state, long id, String restrictions) {
        List<Restriction> parsed = restrictions.isEmpty() ? List.of() : RuneText.restrictions(restrictions);
        return new MadeRune(id, secret.rune(id, parsed), state.isRevoked(id), lastUsed(state, id));
    }

    private synchronized @Nullable Instant lastUsed(RuneState state, long id) {
        Use here = uses.get(id);
        Instant written = state.uses().get(id);
        if (here != null) {
            return here.at;
        }
        Instant now = clock.now();
        return written != null && written.isAfter(now) ? now : written;
    }

    void revoke(Range range) {
        store.update(state -> state.withRevoked(range));
    }

    CompletionStage<Void> check(Rune rune, RuneRequest request) {
        if (!checking.get() && checking.compareAndSet(false, true)) {
            writer.every(NOTE_OF_TIME, this::noteTime);
        }
        RuneState state = store.current();
        long id = rune.number();
        if (id < 0) {
            return refused(RuneRefusedException.notAuthorized("should have valid numeric unique_id"));
        }
        if (state.isRevoked(id)) {
            return refused(RuneRefusedException.blacklisted());
        }
        String foreign = secret.refusal(rune);
        if (foreign != null) {
            return refused(RuneRefusedException.notAuthorized(foreign));
        }
        Instant now = clock.now();
        // before anything is locked: a stranger says how long this takes
        HeldRune held = rune.held(new RequestValues(request, now));
        if (held.failed()) {
            return notPermitted(rune, complaint(held, id, state, now), state, now);
        }
        return rune.countsUses() ? useExactly(id, held) : use(id, state);
    }

    private static CompletionStage<Void> refused(LightningException refusal) {
        return CompletableFuture.failedFuture(refusal);
    }

    CompletionStage<Void> noteTime() {
        return writer.write(state -> state.withClock(clock.now()));
    }

    private synchronized String complaint(HeldRune held, long id, RuneState state, Instant now) {
        return String.valueOf(held.complaint(() -> nanosSinceUse(id, state, now)));
    }

    private CompletionStage<Void> notPermitted(Rune rune, String complaint, RuneState state, Instant now) {
        CompletionStage<Void> refused = refused(RuneRefusedException.notPermitted(complaint));
        return rune.restricts("time") && now.getEpochSecond() > state.clock().getEpochSecond()
                ? writer.write(written -> written.withClock(now)).thenCompose(done -> refused)
                : refused;
    }

    /** Two at once, of this process or another, must not both find that it was not used: who has the file's lock decides. */
    private CompletionStage<Void> useExactly(long id, HeldRune held) {
        var refusal = new AtomicReference<@Nullable LightningException>();
        return writer.write(state -> {
                    LightningException refused = refusal(id, held, state);
                    refusal.set(refused);
                    return refused == null ? withUse(state, id, Duration.ZERO) : state;
                })
                .thenCompose(done -> {
                    LightningException refused = refusal.get();
                    return refused == null ? ALLOWED : refused(refused);
                });
    }

    /** Where there is none it is used. */
    private synchronized @Nullable LightningException refusal(long id, HeldRune held, RuneState state) {
        if (state.isRevoked(id)) {
            return RuneRefusedException.blacklisted();
        }
        Instant now = clock.now();
        String complaint = held.complaint(() -> nanosSinceUse(id, state, now));
        if (complaint != null) {
            return RuneRefusedException.notPermitted(complaint);
        }
        used(id, now);
        return null;
    }

    private CompletionStage<Void> use(long id, RuneState state) {
        synchronized (this) {
            Instant now = clock.now();
            used(id, now);
            Instant before = state.uses().get(id);
            if (before != null && !before.isBefore(now) && isOurs(id, before)) {
                return ALLOWED;
            }
        }
        return writer.write(written -> withUse(written, id, AHEAD));
    }

    private synchronized void used(long id, Instant now) {
        Use before = uses.get(id);
        uses.put(id, new Use(clock.nanos(), now, before == null ? null : before.written));
    }

    private synchronized boolean isOurs(long id, Instant written) {
        Use here = uses.get(id);
        return here != null && written.equals(here.written);
    }

    /** No earlier than what is there, and another time where that is another process's: so it finds that somebody used the rune besides it. */
    private synchronized RuneState withUse(RuneState state, long id, Duration ahead) {
        Use use = requireNonNull(uses.get(id), "it was used");
        Instant when = use.at.plus(ahead);
        Instant before = state.uses().get(id);
        if (before != null && !before.isBefore(when)) {
            when = isOurs(id, before) ? before : before.plusNanos(1);
        }
        uses.put(id, new Use(use.nanos, use.at, when));
        return state.withUse(id, when, use.at);
    }

    /** The later of the uses here and elsewhere counts. */
    private synchronized long nanosSinceUse(long id, RuneState state, Instant now) {
        Use here = uses.get(id);
        long sinceHere = here == null ? Long.MAX_VALUE : clock.nanos() - here.nanos;
        Instant before = state.uses().get(id);
        if (before == null || isOurs(id, before)) {
            return sinceHere;
        }
        Duration since = Duration.between(before, now);
        return since.isNegative() ? 0 : since.compareTo(Duration.ofNanos(sinceHere)) > 0 ? sinceHere : since.toNanos();
    }

    void close() {
        writer.close();
        try {
            // who only looked has nothing to write, and may not be who the file is for
            if (checking.get()) {
                store.update(this::exact);
            }
        } finally {
            store.close();
        }
    }

    private synchronized RuneState exact(RuneState state) {
        RuneState changed = state.withClock(clock.now());
        for (Map.Entry<Long, Use> entry : uses.entrySet()) {
            Use use = entry.getValue();
            Instant before = state.uses().get(entry.getKey());
            changed = before == null || isOurs(entry.getKey(), before)
                    ? changed.withExactUse(entry.getKey(), use.at, changed.clock())
                    : changed.withUse(entry.getKey(), use.at, changed.clock());
        }
        return changed;
    }
}

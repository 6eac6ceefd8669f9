// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.rune.RuneState.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
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

    private static final Duration WORTH_A_WARNING = Duration.ofMinutes(1);

    /** Of a unique id, since this process began. */
    private record Use(long nanos, Instant at) {}

    private final MasterSecret secret;
    private final RuneStore store;
    private final RuneClock clock;
    private final RuneWriter writer;
    private final Map<Long, Use> uses = new HashMap<>();

    OpenRunes(MasterSecret secret, RuneStore store, RuneClock clock) {
        this.secret = secret;
        this.store = store;
        this.clock = clock;
        this.writer = new RuneWriter(store);
        Duration behind = clock.notBefore(store.current().clock());
        if (behind.compareTo(WORTH_A_WARNING) > 0) {
            LOG.warn(
                    "The system's clock is {} behind what it was when runes were used last. Runes that expire are held against the later time",
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
        return use(rune, id, request, state);
    }

    private static CompletionStage<Void> refused(LightningException refusal) {
        return CompletableFuture.failedFuture(refusal);
    }

    /** Two at once must not both find that it was not used. */
    private synchronized CompletionStage<Void> use(Rune rune, long id, RuneRequest request, RuneState state) {
        Instant now = clock.now();
        String complaint = rune.complaint(new RequestValues(request, now), () -> nanosSinceUse(id, state, now));
        if (complaint != null) {
            CompletionStage<Void> refused = refused(RuneRefusedException.notPermitted(complaint));
            return rune.restricts("time")
                            && now.getEpochSecond() > state.clock().getEpochSecond()
                    ? writer.write(written -> written.withClock(now)).thenCompose(done -> refused)
                    : refused;
        }
        uses.put(id, new Use(clock.nanos(), now));
        return written(id, state, now, rune.restricts("rate") || rune.restricts("per"));
    }

    private CompletionStage<Void> written(long id, RuneState state, Instant now, boolean exactly) {
        Instant before = state.uses().get(id);
        if (!exactly && before != null && !before.isBefore(now)) {
            return ALLOWED;
        }
        Instant when = exactly ? now : now.plus(AHEAD);
        return writer.write(written -> written.withUse(id, when, now));
    }

    private long nanosSinceUse(long id, RuneState state, Instant now) {
        Use here = uses.get(id);
        if (here != null) {
            return clock.nanos() - here.nanos;
        }
        Instant before = state.uses().get(id);
        if (before == null) {
            return Long.MAX_VALUE;
        }
        Duration since = Duration.between(before, now);
        return since.isNegative()
                ? 0
                : since.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0 ? Long.MAX_VALUE : since.toNanos();
    }

    void close() {
        UnaryOperator<RuneState> exact = state -> {
            RuneState changed = state.withClock(clock.now());
            for (Map.Entry<Long, Use> use : uses.entrySet()) {
                changed = changed.withUse(use.getKey(), use.getValue().at, changed.clock());
            }
            return changed;
        };
        try {
            synchronized (this) {
                writer.close(exact);
            }
        } finally {
            store.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.time.Instant;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a node keeps of its runes over its runs: the secret behind them, those it made, when they were used, the blacklist. */
final class Runes {

    /** @param lastUsed null: never */
    record Kept(Rune rune, @Nullable Instant lastUsed) {}

    static final int LARGEST_BLACKLISTED = 99_999_999;

    private final Rune master;
    private final Map<Long, Kept> made = new LinkedHashMap<>();
    private final BitSet blacklist = new BitSet();

    Runes(byte[] secret) {
        this.master = Rune.master(secret);
    }

    Rune make(List<List<Rune.Alternative>> restrictions) {
        long id = made.size();
        var rune = master.withUniqueId(id);
        for (var restriction : restrictions) {
            rune = rune.with(restriction);
        }
        made.put(id, new Kept(rune, null));
        return rune;
    }

    @Nullable
    String notOurs(Rune rune) {
        return rune.notDerivedFrom(master);
    }

    Collection<Kept> all() {
        return made.values();
    }

    @Nullable
    Kept kept(long id) {
        return made.get(id);
    }

    void used(long id, Instant when) {
        made.computeIfPresent(id, (key, kept) -> new Kept(kept.rune(), when));
    }

    boolean isBlacklisted(long id) {
        return id <= LARGEST_BLACKLISTED && blacklist.get((int) id);
    }

    void blacklist(int first, int last, boolean listed) {
        blacklist.set(first, last + 1, listed);
    }

    BitSet blacklist() {
        return blacklist;
    }
}

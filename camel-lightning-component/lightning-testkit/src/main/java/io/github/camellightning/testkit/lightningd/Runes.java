// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.rune.MasterSecret;
import io.github.camellightning.node.rune.Restriction;
import io.github.camellightning.node.rune.Rune;
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

    private final MasterSecret secret;
    private final Map<Long, Kept> made = new LinkedHashMap<>();
    private final BitSet blacklist = new BitSet();

    Runes(byte[] secret) {
        this.secret = MasterSecret.of(secret);
    }

    Rune make(List<Restriction> restrictions) {
        long id = made.size();
        var rune = secret.rune(id, restrictions);
        made.put(id, new Kept(rune, null));
        return rune;
    }

    @Nullable
    String notOurs(Rune rune) {
        return secret.refusal(rune);
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

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.NodeId;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The last so many that were handled, as long as this process lives.
 *
 * <p>A ring of ids, found by chains from a hash of them, in plain arrays: as objects of a map they would be what the collector copies and scans most, and
 * cost a tenth of the rate of small envelopes.
 */
final class RecentEnvelopes implements HandledEnvelopes {

    private static final CompletionStage<Boolean> YES = CompletableFuture.completedStage(true);
    private static final CompletionStage<Boolean> NO = CompletableFuture.completedStage(false);
    private static final CompletionStage<Void> ADDED = CompletableFuture.completedStage(null);

    private static final int FIRST_ROOM = 64;
    private static final int NONE = -1;

    private final int most;
    /** Unknown to peers, who choose the ids: they cannot make chains long. */
    private final long salt = ThreadLocalRandom.current().nextLong();

    private long[] high = {};
    private long[] low = {};
    private NodeId[] peers = {};
    private int[] next = {};
    /** Where the chain of each hash begins; a power of two of them, no fewer than there is room. */
    private int[] chains = {};

    private int size;
    private int oldest;

    RecentEnvelopes(int most) {
        this.most = most;
    }

    @Override
    public synchronized CompletionStage<Boolean> contains(NodeId peer, EnvelopeId id) {
        return find(peer, id) == NONE ? NO : YES;
    }

    @Override
    public synchronized CompletionStage<Void> add(NodeId peer, EnvelopeId id) {
        if (find(peer, id) == NONE) {
            int place = size < most ? newPlace() : oldestPlace();
            high[place] = id.high();
            low[place] = id.low();
            peers[place] = peer;
            link(place);
        }
        return ADDED;
    }

    private int find(NodeId peer, EnvelopeId id) {
        if (size == 0) {
            return NONE;
        }
        int place = chains[chain(id.high(), id.low())];
        while (place != NONE && !(high[place] == id.high() && low[place] == id.low() && peers[place].equals(peer))) {
            place = next[place];
        }
        return place;
    }

    private int newPlace() {
        if (size == high.length) {
            grow();
        }
        return size++;
    }

    private void grow() {
        int room = (int) Math.min(most, Math.max(FIRST_ROOM, 2L * size));
        high = Arrays.copyOf(high, room);
        low = Arrays.copyOf(low, room);
        peers = Arrays.copyOf(peers, room);
        next = new int[room];
        chains = new int[Math.max(1, Integer.highestOneBit(2 * room - 1))];
        Arrays.fill(chains, NONE);
        for (int place = 0; place < size; place++) {
            link(place);
        }
    }

    private int oldestPlace() {
        int place = oldest;
        unlink(place);
        oldest = (oldest + 1) % most;
        return place;
    }

    private void link(int place) {
        int chain = chain(high[place], low[place]);
        next[place] = chains[chain];
        chains[chain] = place;
    }

    private void unlink(int place) {
        int chain = chain(high[place], low[place]);
        if (chains[chain] == place) {
            chains[chain] = next[place];
            return;
        }
        int before = chains[chain];
        while (next[before] != place) {
            before = next[before];
        }
        next[before] = next[place];
    }

    private int chain(long high, long low) {
        long mixed = (high ^ salt) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32) ^ low) * 0xD6E8FEB86659FD93L;
        return (int) (mixed ^ (mixed >>> 32)) & (chains.length - 1);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The last so many that were handled, as long as this process lives. */
final class RecentEnvelopes implements HandledEnvelopes {

    private static final CompletionStage<Boolean> YES = CompletableFuture.completedStage(true);
    private static final CompletionStage<Boolean> NO = CompletableFuture.completedStage(false);
    private static final CompletionStage<Void> ADDED = CompletableFuture.completedStage(null);

    private record Key(EnvelopeId id, NodeId peer) {

        /** An id is as good as random: the peer need not be mixed in. */
        @Override
        public int hashCode() {
            return id.hashCode();
        }
    }

    private final Map<Key, Boolean> handled;

    RecentEnvelopes(int most) {
        handled = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
                return size() > most;
            }
        };
    }

    @Override
    public CompletionStage<Boolean> contains(NodeId peer, EnvelopeId id) {
        synchronized (handled) {
            return handled.containsKey(new Key(id, peer)) ? YES : NO;
        }
    }

    @Override
    public CompletionStage<Void> add(NodeId peer, EnvelopeId id) {
        synchronized (handled) {
            handled.put(new Key(id, peer), true);
        }
        return ADDED;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.NodeId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The requests that were run lately, so that one whose reply was lost with its connection is not run again when it comes again. The same request is the
 * same peer and text. One whose reply was written is forgotten, for it may come again and is another: lnsocket gives each of its requests the same ids.
 *
 * <p>No peer fills more than an eighth of it: who makes many requests and leaves before their replies pushes out its own.
 */
final class RecentRequests {

    private static final int SHARES = 8;

    /** @param first of the digest of its text, which has its id @param second the same */
    private record Key(NodeId peer, long first, long second) {}

    private record Run(ServedCall call, long atNanos) {}

    private final int max;
    private final int maxPerPeer;
    private final long keptNanos;
    /** The oldest first. */
    private final Map<Key, Run> runs = new LinkedHashMap<>();

    private final Map<ServedCall, Key> keys = new HashMap<>();
    private final Map<NodeId, Set<Key>> byPeer = new HashMap<>();

    RecentRequests(int max, long keptNanos) {
        this.max = max;
        this.maxPerPeer = Math.max(1, max / SHARES);
        this.keptNanos = keptNanos;
    }

    private static Key key(IncomingRequest request) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(request.json(), 0, request.length());
            ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
            return new Key(request.peer(), digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }

    /** Remembers it. False where it runs, or ran and its reply was lost, and must not be run. */
    boolean add(IncomingRequest request, ServedCall call, long nowNanos) {
        Key key = key(request);
        synchronized (this) {
            forgetOld(nowNanos);
            Run before = runs.get(key);
            if (before != null && !before.call.isAnswered()) {
                return false;
            }
            // behind those that came before
            forget(key);
            runs.put(key, new Run(call, nowNanos));
            keys.put(call, key);
            Set<Key> ofPeer = byPeer.computeIfAbsent(key.peer, peer -> new LinkedHashSet<>());
            ofPeer.add(key);
            if (ofPeer.size() > maxPerPeer) {
                forget(ofPeer.iterator().next());
            } else if (runs.size() > max) {
                forget(runs.keySet().iterator().next());
            }
            return true;
        }
    }

    /** It was not run after all, or its reply was written. */
    synchronized void remove(ServedCall call) {
        Key key = keys.get(call);
        if (key != null) {
            forget(key);
        }
    }

    private void forget(Key key) {
        Run run = runs.remove(key);
        if (run == null) {
            return;
        }
        keys.remove(run.call);
        byPeer.computeIfPresent(key.peer, (peer, ofPeer) -> {
            ofPeer.remove(key);
            return ofPeer.isEmpty() ? null : ofPeer;
        });
    }

    private void forgetOld(long nowNanos) {
        Iterator<Map.Entry<Key, Run>> oldest = runs.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Key, Run> next = oldest.next();
            if (nowNanos - next.getValue().atNanos < keptNanos) {
                return;
            }
            forget(next.getKey());
            oldest = runs.entrySet().iterator();
        }
    }

    synchronized int size() {
        return runs.size();
    }
}

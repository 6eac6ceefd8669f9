// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.NodeId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The requests that were run lately, so that one whose reply was lost with its connection is not run again when it comes again. The same request is the
 * same peer, JSON id and text. One whose reply was written may come again and is another: lnsocket gives each of its requests the same ids.
 */
final class RecentRequests {

    /** @param first of the digest of its text @param second the same */
    private record Key(NodeId peer, JsonNode id, long first, long second) {}

    private record Run(ServedCall call, long atNanos) {}

    private final int max;
    private final long keptNanos;
    private final Map<Key, Run> runs = new LinkedHashMap<>();

    RecentRequests(int max, long keptNanos) {
        this.max = max;
        this.keptNanos = keptNanos;
    }

    private static Key key(IncomingRequest request, JsonNode id) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(request.json(), 0, request.length());
            ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
            return new Key(request.peer(), id, digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }

    /** Remembers it. False where it runs, or ran and its reply was lost, and must not be run. */
    boolean add(IncomingRequest request, JsonNode id, ServedCall call, long nowNanos) {
        Key key = key(request, id);
        synchronized (this) {
            forgetOld(nowNanos);
            Run before = runs.get(key);
            if (before != null && !before.call.isAnswered()) {
                return false;
            }
            // behind those that came before
            runs.remove(key);
            runs.put(key, new Run(call, nowNanos));
            if (runs.size() > max) {
                Iterator<Key> oldest = runs.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            return true;
        }
    }

    /** It was not run after all. */
    synchronized void remove(ServedCall call) {
        runs.values().removeIf(run -> run.call == call);
    }

    private void forgetOld(long nowNanos) {
        Iterator<Run> oldest = runs.values().iterator();
        while (oldest.hasNext() && nowNanos - oldest.next().atNanos >= keptNanos) {
            oldest.remove();
        }
    }

    synchronized int size() {
        return runs.size();
    }
}

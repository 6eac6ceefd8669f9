// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.NodeId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A method to serve.
 *
 * @param params what it takes; others are refused before they reach it. Null: whatever comes
 * @param peers who may call it; to others it does not exist. Empty: everybody
 */
public record PeerMethod(String name, @Nullable ParamNames params, Set<NodeId> peers) {

    private static final int LONGEST = 256;

    /** @throws InvalidMessageException naming the rule */
    public PeerMethod {
        peers = Set.copyOf(peers);
        if (name.isEmpty() || name.length() > LONGEST || !name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new InvalidMessageException("Invalid method " + Escaped.of(name, 100) + ": it must be 1 to " + LONGEST
                    + " characters of printable ASCII without spaces");
        }
        if (name.startsWith("rpc.")) {
            throw new InvalidMessageException(
                    "Invalid method " + name + ": JSON-RPC 2.0 keeps names that start with rpc. to itself");
        }
    }

    boolean isFor(NodeId peer) {
        return peers.isEmpty() || peers.contains(peer);
    }
}

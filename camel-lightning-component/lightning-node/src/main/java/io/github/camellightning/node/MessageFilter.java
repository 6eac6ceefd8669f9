// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.Set;

/**
 * Which messages a listener wants.
 *
 * @param types the message types
 * @param peers the senders; empty: all
 * @param acceptEven whether the even ones among {@code types} count as known to this node; a peer that sends an even type
 *     which nobody accepts gets a warning and is disconnected (BOLT 1: it's OK to be odd)
 */
public record MessageFilter(TypeRanges types, Set<NodeId> peers, boolean acceptEven) {

    public MessageFilter {
        peers = Set.copyOf(peers);
    }

    /** Every type that a user may mean, from every peer, odd ones only. */
    public static MessageFilter all() {
        return new MessageFilter(TypeRanges.DEFAULT, Set.of(), false);
    }

    public static MessageFilter types(int... types) {
        return new MessageFilter(TypeRanges.of(types), Set.of(), false);
    }

    public MessageFilter from(NodeId... senders) {
        return new MessageFilter(types, Set.of(senders), acceptEven);
    }

    public MessageFilter acceptingEven() {
        return new MessageFilter(types, peers, true);
    }

    public boolean matches(NodeId peer, int type) {
        return types.contains(type)
                && (acceptEven || !MessageTypes.isEven(type))
                && (peers.isEmpty() || peers.contains(peer));
    }
}

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
 * @param exclusive whether nobody else of this node is to hear of these types: who names one of them is refused, and who wants
 *     {@link TypeRanges#DEFAULT all} gets the others
 * @param prompt whether the listener hears of a message when it comes, and not when those of that peer before it are handled; what it
 *     returns is not waited for
 */
public record MessageFilter(
        TypeRanges types, Set<NodeId> peers, boolean acceptEven, boolean exclusive, boolean prompt) {

    public MessageFilter {
        peers = Set.copyOf(peers);
    }

    /** One that shares its types. */
    public MessageFilter(TypeRanges types, Set<NodeId> peers, boolean acceptEven) {
        this(types, peers, acceptEven, false, false);
    }

    /** Every type that a user may mean, from every peer, odd ones only. */
    public static MessageFilter all() {
        return new MessageFilter(TypeRanges.DEFAULT, Set.of(), false);
    }

    public static MessageFilter types(int... types) {
        return new MessageFilter(TypeRanges.of(types), Set.of(), false);
    }

    public MessageFilter from(NodeId... senders) {
        return new MessageFilter(types, Set.of(senders), acceptEven, exclusive, prompt);
    }

    public MessageFilter acceptingEven() {
        return new MessageFilter(types, peers, true, exclusive, prompt);
    }

    /** For a protocol that answers what it gets: two of them would both answer. */
    public MessageFilter exclusively() {
        return new MessageFilter(types, peers, acceptEven, true, prompt);
    }

    /** For replies and acknowledgements: who keeps a message of that peer from being handled may be waiting for them. */
    public MessageFilter promptly() {
        return new MessageFilter(types, peers, acceptEven, exclusive, true);
    }

    /** Whether it wants whatever there is, and none of it in particular. */
    boolean isCatchAll() {
        return types.equals(TypeRanges.DEFAULT);
    }

    public boolean matches(NodeId peer, int type) {
        return types.contains(type)
                && (acceptEven || !MessageTypes.isEven(type))
                && (peers.isEmpty() || peers.contains(peer));
    }
}

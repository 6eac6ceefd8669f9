// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The envelopes of one peer that come, or are being handled, and the room they take: of its own, and of the stock that all peers share. */
final class OpenEnvelopes {

    private final DeliverySettings.Room most;
    private final Stock stock;
    private final Map<EnvelopeId, IncomingEnvelope> open = new HashMap<>();
    private long bytes;

    OpenEnvelopes(DeliverySettings.Room most, Stock stock) {
        this.most = most;
        this.stock = stock;
    }

    boolean hasRoom(long more) {
        boolean ofItsOwn = open.isEmpty() || open.size() < most.envelopes() && bytes + more <= most.bytes();
        return ofItsOwn && stock.hasRoom(more);
    }

    /** @return false where the lane of another peer was faster; otherwise what has so many bytes is to be added */
    boolean reserve(long total) {
        return stock.take(total);
    }

    void add(IncomingEnvelope envelope) {
        open.put(envelope.id(), envelope);
        bytes += envelope.total();
    }

    /** @return whether it was here still */
    boolean remove(IncomingEnvelope envelope) {
        if (!open.remove(envelope.id(), envelope)) {
            return false;
        }
        bytes -= envelope.total();
        stock.giveBack(envelope.total());
        return true;
    }

    @Nullable
    IncomingEnvelope find(EnvelopeId id) {
        return open.get(id);
    }

    boolean has(IncomingEnvelope envelope) {
        return open.get(envelope.id()) == envelope;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    boolean isHalfEmpty() {
        return open.size() <= most.envelopes() / 2;
    }

    List<IncomingEnvelope> all() {
        return List.copyOf(open.values());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Envelopes whose sender was told that there is no room, and is to be told when there is. Those beyond some it asks for itself. */
final class TurnedAway {

    private static final int REMEMBERED = 1_024;

    private final Set<EnvelopeId> ids = new LinkedHashSet<>();

    /** @return whether its sender is to be told now: once, or each time where it cannot be remembered */
    boolean add(EnvelopeId id) {
        return ids.size() >= REMEMBERED ? !ids.contains(id) : ids.add(id);
    }

    void remove(EnvelopeId id) {
        ids.remove(id);
    }

    boolean isEmpty() {
        return ids.isEmpty();
    }

    List<EnvelopeId> drain() {
        List<EnvelopeId> all = List.copyOf(ids);
        ids.clear();
        return all;
    }
}

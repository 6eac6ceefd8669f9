// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.NodeId;
import java.util.concurrent.CompletionStage;

/** Which envelopes were handled: what keeps a duplicate from being handled again. Nothing here waits. */
public interface HandledEnvelopes {

    CompletionStage<Boolean> contains(NodeId peer, EnvelopeId id);

    /** Completes when it is remembered; only then the sender is told. */
    CompletionStage<Void> add(NodeId peer, EnvelopeId id);

    /** The last so many, as long as this process lives. */
    static HandledEnvelopes inMemory(int most) {
        return new RecentEnvelopes(most);
    }
}

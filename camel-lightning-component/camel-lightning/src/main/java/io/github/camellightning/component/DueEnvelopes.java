// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.delivery.EnvelopeId;
import io.github.camellightning.node.delivery.HandledEnvelopes;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what is handled and not remembered yet: a stop waits for it. */
final class DueEnvelopes implements HandledEnvelopes {

    private final HandledEnvelopes handled;
    private final AtomicInteger due = new AtomicInteger();

    DueEnvelopes(HandledEnvelopes handled) {
        this.handled = handled;
    }

    /** What is handled, and is to be added in a moment. */
    void expect() {
        due.incrementAndGet();
    }

    /** It will not be added after all. */
    void expectNoMore() {
        due.decrementAndGet();
    }

    int due() {
        return due.get();
    }

    @Override
    public CompletionStage<Boolean> contains(NodeId peer, EnvelopeId id) {
        return handled.contains(peer, id);
    }

    @Override
    public CompletionStage<Void> add(NodeId peer, EnvelopeId id) {
        return handled.add(peer, id).whenComplete((added, failure) -> expectNoMore());
    }
}

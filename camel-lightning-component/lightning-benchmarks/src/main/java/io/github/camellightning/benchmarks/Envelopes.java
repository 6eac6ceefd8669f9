// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.delivery.EnvelopeBody;
import io.github.camellightning.node.delivery.EnvelopeId;
import io.github.camellightning.node.delivery.EnvelopeLabels;
import io.github.camellightning.node.delivery.EnvelopeListener;
import io.github.camellightning.node.delivery.EnvelopeSender;
import io.github.camellightning.node.delivery.HandledEnvelopes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The two ends of acknowledged delivery where nothing is done with what comes. */
final class Envelopes {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final CompletionStage<EnvelopeListener.Outcome> HANDLED =
            CompletableFuture.completedFuture(new EnvelopeListener.Outcome.Handled());

    static final EnvelopeListener ACCEPTING = envelope -> {
        envelope.body().close();
        return HANDLED;
    };

    static final HandledEnvelopes FORGETFUL = new HandledEnvelopes() {
        @Override
        public CompletionStage<Boolean> contains(NodeId peer, EnvelopeId id) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletionStage<Void> add(NodeId peer, EnvelopeId id) {
            return CompletableFuture.completedFuture(null);
        }
    };

    private Envelopes() {}

    static CompletionStage<Void> send(EnvelopeSender sender, NodeId to, byte[] body) {
        return send(sender, to, EnvelopeBody.of(body));
    }

    static CompletionStage<Void> send(EnvelopeSender sender, NodeId to, EnvelopeBody body) {
        return sender.send(to, EnvelopeId.random(), EnvelopeLabels.NONE, body, PATIENCE);
    }
}

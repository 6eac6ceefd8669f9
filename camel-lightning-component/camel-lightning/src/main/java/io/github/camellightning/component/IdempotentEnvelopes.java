// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.delivery.EnvelopeId;
import io.github.camellightning.node.delivery.HandledEnvelopes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.jspecify.annotations.Nullable;

/** What Camel keeps of which envelopes were handled, under {@code <node id of the sender>/<envelope id>}. */
final class IdempotentEnvelopes implements HandledEnvelopes {

    private final IdempotentRepository repository;
    private final Executor executor;

    /** @param pool for repositories that may wait, as all but that in memory may */
    IdempotentEnvelopes(IdempotentRepository repository, Executor pool) {
        this.repository = repository;
        // what was handled is remembered even where the route was stopped meanwhile, or it would be handled again
        this.executor = repository instanceof MemoryIdempotentRepository ? Runnable::run : Pools.orOnThisThread(pool);
    }

    private static String key(NodeId peer, EnvelopeId id) {
        return peer.hex() + "/" + id.hex();
    }

    @Override
    public CompletionStage<Boolean> contains(NodeId peer, EnvelopeId id) {
        return run(() -> repository.contains(key(peer, id)));
    }

    /** Only now, and not before the route: what a process that dies had begun is begun again. */
    @Override
    public CompletionStage<Void> add(NodeId peer, EnvelopeId id) {
        return run(() -> {
            repository.add(key(peer, id));
            repository.confirm(key(peer, id));
            return null;
        });
    }

    private <T> CompletionStage<T> run(Supplier<@Nullable T> lookup) {
        return CompletableFuture.supplyAsync(lookup, executor);
    }
}

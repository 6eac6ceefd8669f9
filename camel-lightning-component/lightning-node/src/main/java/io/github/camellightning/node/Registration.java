// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What {@code close} ends: a listener hears nothing new from then on; what it was given before stays its own to complete. */
@FunctionalInterface
public interface Registration extends AutoCloseable {

    /** Idempotent. */
    @Override
    void close();

    /**
     * Completes when the listener misses nothing more. Of use where it accepts even types on a node that is up: that node may have to tell a daemon
     * first, and until it has, a peer that sends such a type is disconnected.
     */
    default CompletionStage<Void> inForce() {
        return CompletableFuture.completedFuture(null);
    }
}

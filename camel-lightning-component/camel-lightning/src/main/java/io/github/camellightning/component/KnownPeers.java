// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.Peer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Who is connected to a node, for who must not wait long to know: a node with a daemon has to ask that. */
final class KnownPeers {

    private static final long PATIENCE_SECONDS = 2;

    private final LightningNode node;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile List<Peer> last = List.of();

    KnownPeers(LightningNode node) {
        this.node = node;
    }

    /**
     * Those who are connected now; waits two seconds at the most.
     *
     * @throws LightningException where the node does not say
     */
    List<Peer> connected() {
        try {
            return ask().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new LightningException("The node does not say who is connected: "
                    + Sender.unwrap(failed.getCause() == null ? failed : failed.getCause())
                            .getMessage());
        } catch (TimeoutException late) {
            throw new LightningException(
                    "The node does not say within " + PATIENCE_SECONDS + " s who is connected", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LightningException("Interrupted while asking who is connected", interrupted);
        }
    }

    /** How many are connected, without waiting: where the node has to ask, as of the last time that somebody wanted to know. */
    int count() {
        if (asking.compareAndSet(false, true)) {
            ask().whenComplete((peers, failure) -> asking.set(false));
        }
        return last.size();
    }

    private CompletableFuture<List<Peer>> ask() {
        return node.peers().toCompletableFuture().thenApply(peers -> {
            List<Peer> there = peers.stream().filter(Peer::connected).toList();
            last = there;
            return there;
        });
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.Registration;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What a route asked of its node: given when the route is started, or, on a node that is down, when that comes up. */
final class Asked {

    /** Longer than a node waits for its daemon by default, which has better words for what went wrong. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** How often to look whether the node is still up: one that goes down answers when it is up again. */
    private static final long LOOK_MILLIS = 200;

    private final LightningNode node;
    private final Registration registration;
    private final CompletableFuture<Void> inForce;

    Asked(LightningNode node, Registration registration) {
        this.node = node;
        this.registration = registration;
        this.inForce = registration.inForce().toCompletableFuture();
    }

    /**
     * Waits where the node is up.
     *
     * @throws LightningException where it refuses
     */
    void await() throws InterruptedException {
        await(PATIENCE);
    }

    void await(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (node.state().isUp() && !isGiven()) {
            if (System.nanoTime() - deadline > 0) {
                throw new LightningException(
                        "The node did not take what the route asks for within " + patience.toSeconds() + " s");
            }
        }
    }

    private boolean isGiven() throws InterruptedException {
        try {
            inForce.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException refused) {
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            throw new LightningException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    /** Why the node refuses; null where it does not, or did not say yet. */
    @Nullable
    String refusal() {
        if (!inForce.isCompletedExceptionally()) {
            return null;
        }
        try {
            inForce.join();
            return null;
        } catch (CompletionException refused) {
            return String.valueOf(Sender.unwrap(refused).getMessage());
        }
    }

    /** Ends the intake. */
    void close() {
        registration.close();
    }

    /** Ends what there is beyond the intake too. */
    void end() {
        registration.close();
        if (registration instanceof LastingRegistration lasting) {
            lasting.end();
        }
    }
}

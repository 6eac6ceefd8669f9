// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import io.github.camellightning.node.MessageListener;
import io.github.camellightning.node.ReceivedMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that keeps what it gets; what it gets counts as handled at once, or, while {@link #holding()}, when told so. */
public final class Collector implements MessageListener {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<ReceivedMessage> received = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Void>> held = new CopyOnWriteArrayList<>();
    private volatile boolean holding;

    /** A collector that does not let go of what it gets. */
    public static Collector holding() {
        var collector = new Collector();
        collector.holding = true;
        return collector;
    }

    @Override
    public CompletionStage<?> onMessage(ReceivedMessage message) {
        var handled = new CompletableFuture<Void>();
        boolean hold = holding;
        if (hold) {
            held.add(handled);
        } else {
            handled.complete(null);
        }
        received.add(message);
        return handled;
    }

    /** What was held is handled, and nothing is held from now on. */
    public void release() {
        holding = false;
        held.forEach(handled -> handled.complete(null));
    }

    /** What is held now is handled; what comes is held again. */
    public void releaseHeld() {
        held.forEach(handled -> handled.complete(null));
    }

    public List<ReceivedMessage> received() {
        return List.copyOf(received);
    }

    public int count() {
        return received.size();
    }

    /** Waits for at least so many messages. */
    public List<ReceivedMessage> await(int count) {
        org.awaitility.Awaitility.await("messages received").atMost(PATIENCE).until(() -> received.size() >= count);
        return received();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.MessageListener;
import io.github.camellightning.node.ReceivedMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** A listener that keeps what it gets, handled at once or, where it holds, when told so. */
final class Mailbox implements MessageListener {

    private final List<ReceivedMessage> received = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Void>> held = new CopyOnWriteArrayList<>();
    private volatile boolean holding;

    static Mailbox holding() {
        var mailbox = new Mailbox();
        mailbox.holding = true;
        return mailbox;
    }

    @Override
    public CompletionStage<?> onMessage(ReceivedMessage message) {
        var handled = new CompletableFuture<Void>();
        received.add(message);
        if (holding) {
            held.add(handled);
        } else {
            handled.complete(null);
        }
        return handled;
    }

    /** Everything held is handled, and nothing is held from now on. */
    void release() {
        holding = false;
        held.forEach(handled -> handled.complete(null));
    }

    /** The first that is still held is handled; what comes is held as before. */
    void releaseOne() {
        held.stream()
                .filter(handled -> !handled.isDone())
                .findFirst()
                .orElseThrow()
                .complete(null);
    }

    int count() {
        return received.size();
    }

    List<ReceivedMessage> await(int count) {
        Awaitility.await("messages received").atMost(PeerNodes.PATIENCE).until(() -> received.size() >= count);
        return List.copyOf(received);
    }

    List<String> awaitTexts(int count) {
        return await(count).stream()
                .map(message -> PeerNodes.text(message.message()))
                .toList();
    }
}

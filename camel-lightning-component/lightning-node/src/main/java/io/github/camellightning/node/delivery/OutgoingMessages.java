// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Small messages to one peer that come while others are being written go together as one: that is a fraction of the work, at both ends and in a daemon between
 * them. None waits for others to come. All runs in the lane's {@link Serial}.
 */
final class OutgoingMessages {

    /** What became of the messages that went together. */
    interface Listener {
        void sent(List<OutgoingEnvelope> envelopes, int connection, @Nullable Throwable failure);
    }

    /** Of messages that are being written; where there are fewer none waits. */
    private static final int FEW = 2;

    private static final int SMALL = 8_000;

    private final LightningNode node;
    private final NodeId peer;
    private final int type;
    private final Serial serial;
    private final Listener listener;

    private final List<OutgoingEnvelope> envelopes = new ArrayList<>();
    private final List<byte[]> waiting = new ArrayList<>();
    private int bytes;
    private int connection;
    private int unsent;

    OutgoingMessages(LightningNode node, NodeId peer, int type, Serial serial, Listener listener) {
        this.node = node;
        this.peer = peer;
        this.type = type;
        this.serial = serial;
        this.listener = listener;
    }

    /** Messages that are being written. */
    int unsent() {
        return unsent;
    }

    /** @param now how many connections there were; what is told is told with it */
    void add(OutgoingEnvelope envelope, byte[] message, int now) {
        if (message.length > SMALL) {
            send(List.of(envelope), message, now);
            return;
        }
        if (bytes + message.length > DeliveryCodec.MAX_TOGETHER) {
            flush();
        }
        envelopes.add(envelope);
        waiting.add(message);
        bytes += message.length + DeliveryCodec.BETWEEN;
        connection = now;
    }

    void flushWhereFewAreUnsent() {
        if (unsent < FEW) {
            flush();
        }
    }

    void flush() {
        var together = new ArrayList<OutgoingEnvelope>();
        var messages = new ArrayList<byte[]>();
        for (int i = 0; i < waiting.size(); i++) {
            // of one that has ended it was said that it was not sent
            if (!envelopes.get(i).handled().isDone()) {
                together.add(envelopes.get(i));
                messages.add(waiting.get(i));
            }
        }
        envelopes.clear();
        waiting.clear();
        bytes = 0;
        if (!messages.isEmpty()) {
            send(together, messages.size() == 1 ? messages.get(0) : DeliveryCodec.together(messages), connection);
        }
    }

    private void send(List<OutgoingEnvelope> together, byte[] message, int over) {
        unsent++;
        together.forEach(envelope -> envelope.beingWritten++);
        CompletionStage<Void> sending;
        try {
            sending = node.send(peer, new CustomMessage(type, message));
        } catch (RuntimeException refused) {
            sending = CompletableFuture.failedFuture(refused);
        }
        sending.whenComplete((sent, failure) -> serial.execute(() -> {
            unsent--;
            together.forEach(envelope -> envelope.beingWritten--);
            listener.sent(together, over, failure);
        }));
    }
}

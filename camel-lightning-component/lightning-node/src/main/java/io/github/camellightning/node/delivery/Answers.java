// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.delivery.DeliveryMessage.Answer;
import io.github.camellightning.node.delivery.DeliveryMessage.Handled;
import io.github.camellightning.node.delivery.DeliveryMessage.Have;
import io.github.camellightning.node.delivery.DeliveryMessage.Refused;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a receiver tells one sender. One that is lost is asked for. All runs in the lane's {@link Serial}. */
final class Answers {

    private static final int MOST_WAITING = 2 * DeliveryCodec.MAX_IDS;

    private final LightningNode node;
    private final NodeId peer;
    private final int type;
    private final Serial serial;
    /** To be told; beyond so many a sender has to ask again. */
    private final Set<EnvelopeId> handled = new LinkedHashSet<>();

    private boolean telling;

    Answers(LightningNode node, NodeId peer, int type, Serial serial) {
        this.node = node;
        this.peer = peer;
        this.type = type;
        this.serial = serial;
    }

    void have(EnvelopeId id, long next, int window, boolean goBack) {
        send(new Have(id, next, window, goBack));
    }

    void refuse(EnvelopeId id, boolean again, String reason) {
        send(new Refused(id, again, cut(reason)));
    }

    private static String cut(String reason) {
        String cut = reason;
        while (EnvelopeLabels.bytes(cut).length > DeliveryCodec.MAX_REASON) {
            cut = cut.substring(0, cut.length() - 1);
        }
        return cut;
    }

    /** With those that come while another acknowledgement is being written. */
    void handled(EnvelopeId id) {
        if (handled.size() < MOST_WAITING) {
            handled.add(id);
        }
        if (!telling) {
            tellAll();
        }
    }

    private void tellAll() {
        List<EnvelopeId> some = handled.stream().limit(DeliveryCodec.MAX_IDS).toList();
        var acknowledgement = new Handled(some);
        some.forEach(handled::remove);
        telling = true;
        send(acknowledgement)
                .whenComplete((sent, failure) -> serial.execute(() -> {
                    telling = false;
                    if (!handled.isEmpty()) {
                        tellAll();
                    }
                }));
    }

    private CompletionStage<Void> send(Answer answer) {
        try {
            return node.send(peer, new CustomMessage(type, DeliveryCodec.encode(answer)));
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    boolean isIdle() {
        return !telling;
    }
}

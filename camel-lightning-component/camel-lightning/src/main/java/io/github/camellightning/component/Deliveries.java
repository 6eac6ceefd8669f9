// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.delivery.DeliverySettings;
import io.github.camellightning.node.delivery.EnvelopeSender;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The ends of acknowledged delivery in one context: for each type of a node one sender, which its producers share, and one receiver. */
final class Deliveries {

    /** By identity of the node, which beans need not define otherwise. */
    private record Key(LightningNode node, int type) {}

    private static final class Shared {
        private final EnvelopeSender sender;
        private int users;

        Shared(EnvelopeSender sender) {
            this.sender = sender;
        }
    }

    private final Map<Key, Shared> senders = new HashMap<>();
    private final Set<Key> receivers = new HashSet<>();

    synchronized EnvelopeSender takeSender(LightningNode node, DeliverySettings settings) {
        Shared shared = senders.computeIfAbsent(
                new Key(node, settings.type()), key -> new Shared(new EnvelopeSender(node, settings)));
        shared.users++;
        return shared.sender;
    }

    synchronized void giveBackSender(LightningNode node, int type) {
        Shared shared = senders.get(new Key(node, type));
        if (shared != null && --shared.users == 0) {
            senders.remove(new Key(node, type));
            shared.sender.close();
        }
    }

    /** @throws IllegalArgumentException where another consumer has it */
    synchronized void claimReceiver(LightningNode node, int type) {
        if (!receivers.add(new Key(node, type))) {
            throw new IllegalArgumentException(
                    "Option messageTypes: another route receives the envelopes of type " + type
                            + " on this node, and each is to be acknowledged once; give this route another type, or have that one"
                            + " hand them on");
        }
    }

    synchronized void giveBackReceiver(LightningNode node, int type) {
        receivers.remove(new Key(node, type));
    }
}

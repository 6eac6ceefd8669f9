// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.ReceivedMessage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The custom messages that a node has received over all of its runs; older ones are forgotten. May be used from any thread. */
final class ReceivedMessages {

    private static final int KEPT = 10_000;

    private final ArrayDeque<ReceivedMessage> messages = new ArrayDeque<>();

    synchronized void keep(NodeId from, byte[] message) {
        if (message.length < 2) {
            return;
        }
        byte[] payload = Arrays.copyOfRange(message, 2, message.length);
        messages.addLast(new ReceivedMessage(from, new CustomMessage(WireTypes.of(message), payload), Instant.now()));
        if (messages.size() > KEPT) {
            messages.removeFirst();
        }
    }

    synchronized List<ReceivedMessage> all() {
        return new ArrayList<>(messages);
    }
}

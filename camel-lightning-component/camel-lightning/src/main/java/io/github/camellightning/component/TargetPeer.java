// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.NodeId;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Which peer an exchange means: the override header's, else the option's, else, where senders may be answered, that of what was received. */
final class TargetPeer {

    private final @Nullable NodeId ofOption;
    private final NodeIds nodeIds;
    private final boolean answersSenders;

    /** @param answersSenders whether who sent what was received may be meant: never where a rune goes with it */
    TargetPeer(@Nullable NodeId ofOption, NodeIds nodeIds, boolean answersSenders) {
        this.ofOption = ofOption;
        this.nodeIds = nodeIds;
        this.answersSenders = answersSenders;
    }

    /** @throws InvalidMessageException naming the header, its value and the rule */
    NodeId of(Message message, LightningNode self) {
        Object override = message.removeHeader(LightningConstants.OVERRIDE_PEER_ID);
        NodeId peer = of(override, message.getHeader(LightningConstants.PEER_ID));
        if (peer.equals(self.nodeId())) {
            throw new InvalidMessageException("The peer to send to, " + peer + ", is this node itself");
        }
        return peer;
    }

    private NodeId of(@Nullable Object override, @Nullable Object received) {
        if (override != null) {
            return parsed(LightningConstants.OVERRIDE_PEER_ID, override);
        }
        if (ofOption != null) {
            return ofOption;
        }
        if (received != null && answersSenders) {
            return parsed(LightningConstants.PEER_ID, received);
        }
        throw new InvalidMessageException(
                "No peer to send to: set the option peerId or the header " + LightningConstants.OVERRIDE_PEER_ID
                        + (answersSenders
                                ? "; a received message has the header " + LightningConstants.PEER_ID
                                : "; the header " + LightningConstants.PEER_ID
                                        + " does not choose it, for a rune must not go to whoever wrote"));
    }

    private NodeId parsed(String header, Object value) {
        if (value instanceof NodeId id) {
            return id;
        }
        if (value instanceof String hex) {
            try {
                return nodeIds.parse(hex);
            } catch (InvalidMessageException invalid) {
                throw OutgoingMessages.ofHeader(header, invalid);
            }
        }
        throw OutgoingMessages.wrongClass(header, value, "a node id of 66 hex digits, a String");
    }
}

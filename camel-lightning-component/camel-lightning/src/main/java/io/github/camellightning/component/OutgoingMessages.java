// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.MessageTypes;
import io.github.camellightning.node.NodeId;
import java.io.IOException;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What an exchange wants sent, and to whom: the override header, else the option, else the header of what was received. */
final class OutgoingMessages {

    private final Destination destination;
    private final NodeIds nodeIds;

    OutgoingMessages(Destination destination, NodeIds nodeIds) {
        this.destination = destination;
        this.nodeIds = nodeIds;
    }

    record Outgoing(NodeId peer, CustomMessage message) {}

    /** @throws InvalidMessageException naming the header, option or body, its value and the rule */
    Outgoing of(Message message, LightningNode self) throws IOException {
        Object overridePeer = message.removeHeader(LightningConstants.OVERRIDE_PEER_ID);
        Object overrideType = message.removeHeader(LightningConstants.OVERRIDE_MESSAGE_TYPE);
        NodeId peer = peer(overridePeer, message.getHeader(LightningConstants.PEER_ID));
        if (peer.equals(self.nodeId())) {
            throw new InvalidMessageException("The peer to send to, " + peer + ", is this node itself");
        }
        int type = type(overrideType, message.getHeader(LightningConstants.MESSAGE_TYPE));
        return new Outgoing(peer, new CustomMessage(type, BodyBytes.of(message)));
    }

    private NodeId peer(@Nullable Object override, @Nullable Object received) {
        if (override != null) {
            return peerOf(LightningConstants.OVERRIDE_PEER_ID, override);
        }
        if (destination.peer() != null) {
            return destination.peer();
        }
        if (received != null) {
            return peerOf(LightningConstants.PEER_ID, received);
        }
        throw new InvalidMessageException(
                "No peer to send to: set the option peerId or the header " + LightningConstants.OVERRIDE_PEER_ID
                        + "; a received message has the header " + LightningConstants.PEER_ID);
    }

    private int type(@Nullable Object override, @Nullable Object received) {
        if (override != null) {
            return typeOf(LightningConstants.OVERRIDE_MESSAGE_TYPE, override);
        }
        if (destination.type() != null) {
            return destination.type();
        }
        if (received != null) {
            return typeOf(LightningConstants.MESSAGE_TYPE, received);
        }
        throw new InvalidMessageException("No message type: set the option messageType or the header "
                + LightningConstants.OVERRIDE_MESSAGE_TYPE + "; a received message has the header "
                + LightningConstants.MESSAGE_TYPE);
    }

    private NodeId peerOf(String header, Object value) {
        if (value instanceof NodeId id) {
            return id;
        }
        if (value instanceof String hex) {
            try {
                return nodeIds.parse(hex);
            } catch (InvalidMessageException invalid) {
                throw ofHeader(header, invalid);
            }
        }
        throw wrongClass(header, value, "a node id of 66 hex digits, a String");
    }

    private static int typeOf(String header, Object value) {
        try {
            int type = number(header, value);
            MessageTypes.requireSendable(type, false);
            return type;
        } catch (InvalidMessageException invalid) {
            throw ofHeader(header, invalid);
        }
    }

    private static int number(String header, Object value) {
        if (value instanceof Integer || value instanceof Long || value instanceof Short) {
            return MessageTypes.parse(value.toString());
        }
        if (value instanceof String text) {
            return MessageTypes.parse(text);
        }
        throw wrongClass(header, value, "an Integer within 0 to 65535, or a String like 37913 or 0x9419");
    }

    private static InvalidMessageException ofHeader(String header, InvalidMessageException invalid) {
        String reason = String.valueOf(invalid.getMessage());
        return reason.startsWith("Header ") ? invalid : new InvalidMessageException("Header " + header + ": " + reason);
    }

    private static InvalidMessageException wrongClass(String header, Object value, String rule) {
        return new InvalidMessageException(
                "Header " + header + ": a " + value.getClass().getName() + " was given, it must be " + rule);
    }
}

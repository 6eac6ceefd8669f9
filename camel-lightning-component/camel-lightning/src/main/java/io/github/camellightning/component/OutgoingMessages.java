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

/** What an exchange wants sent, and to whom: the override header, else the option, else the body's own type, else the header of what was received. */
final class OutgoingMessages {

    private final Destination destination;
    private final TargetPeer targetPeer;

    OutgoingMessages(Destination destination, NodeIds nodeIds) {
        this.destination = destination;
        this.targetPeer = new TargetPeer(destination.peer(), nodeIds, true);
    }

    record Outgoing(NodeId peer, CustomMessage message) {}

    /** @throws InvalidMessageException naming the header, option or body, its value and the rule */
    Outgoing of(Message message, LightningNode self) throws IOException {
        NodeId peer = targetPeer.of(message, self);
        Object overrideType = message.removeHeader(LightningConstants.OVERRIDE_MESSAGE_TYPE);
        int type = type(overrideType, message);
        return new Outgoing(peer, new CustomMessage(type, BodyBytes.of(message)));
    }

    private int type(@Nullable Object override, Message message) {
        if (override != null) {
            return typeOf(LightningConstants.OVERRIDE_MESSAGE_TYPE, override);
        }
        if (destination.type() != null) {
            return destination.type();
        }
        if (message.getBody() instanceof CustomMessage given) {
            MessageTypes.requireSendable(given.type(), false);
            return given.type();
        }
        Object received = message.getHeader(LightningConstants.MESSAGE_TYPE);
        if (received != null) {
            return typeOf(LightningConstants.MESSAGE_TYPE, received);
        }
        throw new InvalidMessageException("No message type: set the option messageType or the header "
                + LightningConstants.OVERRIDE_MESSAGE_TYPE + "; a received message has the header "
                + LightningConstants.MESSAGE_TYPE);
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

    static InvalidMessageException ofHeader(String header, InvalidMessageException invalid) {
        String reason = String.valueOf(invalid.getMessage());
        return reason.startsWith("Header ") ? invalid : new InvalidMessageException("Header " + header + ": " + reason);
    }

    static InvalidMessageException wrongClass(String header, Object value, String rule) {
        return new InvalidMessageException(
                "Header " + header + ": a " + value.getClass().getName() + " was given, it must be " + rule);
    }
}

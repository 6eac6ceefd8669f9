// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static io.github.camellightning.component.LightningOperation.COMMANDO;
import static io.github.camellightning.component.LightningOperation.JSONRPC;
import static io.github.camellightning.component.LightningOperation.LSPS0;
import static io.github.camellightning.component.LightningOperation.SENDCUSTOMMSG;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** The options that a header can stand for. */
enum DynamicOption {
    PEER_ID("peerId", LightningConstants.OVERRIDE_PEER_ID, EnumSet.of(SENDCUSTOMMSG, COMMANDO, JSONRPC, LSPS0)) {
        /** An address is no header's: that of a peer to connect to first. */
        @Override
        boolean isMovable(@Nullable LightningOperation operation, Map<String, Object> options) {
            return super.isMovable(operation, options)
                    && options.get(option()) instanceof String peer
                    && !peer.contains("@")
                    && !peer.contains("%40");
        }

        @Override
        Object headerValue(String value, NodeIds nodeIds) {
            return Options.parse(option(), value, nodeIds::parse).hex();
        }
    },

    MESSAGE_TYPE("messageType", LightningConstants.OVERRIDE_MESSAGE_TYPE, EnumSet.of(SENDCUSTOMMSG)) {
        /** Envelopes have the type that the endpoint listens to for acknowledgements. */
        @Override
        boolean isMovable(@Nullable LightningOperation operation, Map<String, Object> options) {
            return super.isMovable(operation, options) && !isAcknowledged(options);
        }

        @Override
        Object headerValue(String value, NodeIds nodeIds) {
            return Options.parse(option(), value, Options::sendableType);
        }
    },

    ENVELOPE_ID("envelopeId", LightningConstants.ENVELOPE_ID, EnumSet.of(SENDCUSTOMMSG)) {
        @Override
        boolean isMovable(@Nullable LightningOperation operation, Map<String, Object> options) {
            return super.isMovable(operation, options) && isAcknowledged(options);
        }

        @Override
        Object headerValue(String value, NodeIds nodeIds) {
            if (value.isBlank()) {
                throw new IllegalArgumentException("Option envelopeId: it is empty for this exchange");
            }
            return value;
        }

        /** What was received may have one that says which it was. */
        @Override
        boolean isOverridden(Message message) {
            return false;
        }
    },

    RUNE("rune", LightningConstants.RUNE, EnumSet.of(COMMANDO)) {
        @Override
        Object headerValue(String value, NodeIds nodeIds) {
            return value;
        }
    };

    private final String option;
    private final String header;

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final Set<LightningOperation> operations;

    DynamicOption(String option, String header, Set<LightningOperation> operations) {
        this.option = option;
        this.header = header;
        this.operations = operations;
    }

    String option() {
        return option;
    }

    String header() {
        return header;
    }

    boolean isMovable(@Nullable LightningOperation operation, Map<String, Object> options) {
        return operation != null && operations.contains(operation) && options.get(option) instanceof String;
    }

    /** @throws IllegalArgumentException naming the option, its value and the rule */
    abstract Object headerValue(String value, NodeIds nodeIds);

    /** @param given as the URI writes it */
    final Object headerValue(Object given, NodeIds nodeIds) {
        String text = given.toString();
        boolean raw =
                (text.startsWith("RAW(") && text.endsWith(")")) || (text.startsWith("RAW{") && text.endsWith("}"));
        return headerValue(raw ? text.substring(4, text.length() - 1) : text, nodeIds);
    }

    /** Whether the header that wins over the option is there already. */
    boolean isOverridden(Message message) {
        return message.getHeader(header) != null;
    }

    private static boolean isAcknowledged(Map<String, Object> options) {
        return DeliveryMode.ACKNOWLEDGED.name().equalsIgnoreCase(String.valueOf(options.get("delivery")));
    }
}

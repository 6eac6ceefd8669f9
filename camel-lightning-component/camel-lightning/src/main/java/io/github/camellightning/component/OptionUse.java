// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static io.github.camellightning.component.LightningOperation.COMMANDO;
import static io.github.camellightning.component.LightningOperation.CUSTOMMSG;
import static io.github.camellightning.component.LightningOperation.HOOK;
import static io.github.camellightning.component.LightningOperation.JSONRPC;
import static io.github.camellightning.component.LightningOperation.LSPS0;
import static io.github.camellightning.component.LightningOperation.NOTIFICATION;
import static io.github.camellightning.component.LightningOperation.RPC;
import static io.github.camellightning.component.LightningOperation.SENDCUSTOMMSG;

import io.github.camellightning.component.LightningOperation.Direction;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.jspecify.annotations.Nullable;

/** Which options are for what: one that does nothing is refused, or its user would believe that it does. */
final class OptionUse {

    /** @param to for which operations in {@code to(...)} @param from for which in {@code from(...)} */
    private record Use(Set<LightningOperation> to, Set<LightningOperation> from) {

        boolean in(LightningOperation operation, Direction direction) {
            return (direction == Direction.TO ? to : from).contains(operation);
        }
    }

    private static final Set<LightningOperation> NOWHERE = Set.of();
    private static final Use SENDING = new Use(EnumSet.of(SENDCUSTOMMSG), NOWHERE);
    private static final Use TO_PEERS = new Use(EnumSet.of(SENDCUSTOMMSG, COMMANDO, JSONRPC, LSPS0), NOWHERE);
    private static final Use CALLING = new Use(EnumSet.of(COMMANDO, RPC), NOWHERE);
    private static final Use RECEIVING = new Use(NOWHERE, EnumSet.of(CUSTOMMSG));
    /** At either end of acknowledged delivery. */
    private static final Use MESSAGES = new Use(EnumSet.of(SENDCUSTOMMSG), EnumSet.of(CUSTOMMSG));

    private static final Use BEING_A_METHOD = new Use(NOWHERE, EnumSet.of(COMMANDO, RPC, JSONRPC, LSPS0));
    private static final Use BEING_A_HOOK = new Use(NOWHERE, EnumSet.of(HOOK));

    /** All others are for every operation. */
    private static final Map<String, Use> USES = Map.ofEntries(
            Map.entry("peerId", TO_PEERS),
            Map.entry("autoConnect", TO_PEERS),
            Map.entry("messageType", new Use(EnumSet.of(SENDCUSTOMMSG, JSONRPC), EnumSet.of(JSONRPC))),
            Map.entry(
                    "synchronous",
                    new Use(EnumSet.of(SENDCUSTOMMSG, COMMANDO, JSONRPC, LSPS0, RPC, NOTIFICATION), NOWHERE)),
            Map.entry("sendTimeout", new Use(EnumSet.of(SENDCUSTOMMSG), EnumSet.of(CUSTOMMSG))),
            Map.entry("delivery", MESSAGES),
            Map.entry("ordered", MESSAGES),
            Map.entry("deliveryTimeout", SENDING),
            Map.entry("envelopeId", SENDING),
            Map.entry("timeToLive", SENDING),
            Map.entry("idempotentRepository", RECEIVING),
            Map.entry("maxEnvelopeSize", RECEIVING),
            Map.entry("messageTypes", RECEIVING),
            Map.entry("peers", new Use(NOWHERE, EnumSet.of(CUSTOMMSG, JSONRPC, LSPS0))),
            Map.entry("acceptEven", RECEIVING),
            Map.entry("replyType", RECEIVING),
            Map.entry("releaseOn", RECEIVING),
            Map.entry("maxHold", RECEIVING),
            Map.entry("maxInFlightPerPeer", RECEIVING),
            Map.entry("whenFull", RECEIVING),
            Map.entry("unhealthyAfter", RECEIVING),
            Map.entry(
                    "maxInFlight",
                    new Use(NOWHERE, EnumSet.of(CUSTOMMSG, COMMANDO, JSONRPC, LSPS0, RPC, NOTIFICATION, HOOK))),
            Map.entry(
                    "concurrentConsumers",
                    new Use(NOWHERE, EnumSet.of(CUSTOMMSG, COMMANDO, JSONRPC, LSPS0, RPC, HOOK))),
            Map.entry(
                    "outputType",
                    new Use(
                            EnumSet.of(COMMANDO, JSONRPC, LSPS0, RPC),
                            EnumSet.of(COMMANDO, JSONRPC, LSPS0, RPC, NOTIFICATION, HOOK))),
            Map.entry("maxResponseSize", CALLING),
            Map.entry("requestTimeout", new Use(EnumSet.of(COMMANDO, JSONRPC, LSPS0, RPC), NOWHERE)),
            Map.entry("filter", CALLING),
            Map.entry("rune", new Use(EnumSet.of(COMMANDO), NOWHERE)),
            Map.entry("usage", BEING_A_METHOD),
            Map.entry("description", new Use(NOWHERE, EnumSet.of(COMMANDO, RPC))),
            Map.entry("hookTimeout", BEING_A_HOOK),
            Map.entry("allowUnknownHook", BEING_A_HOOK));

    private static final Set<String> OF_ENVELOPES =
            Set.of("ordered", "deliveryTimeout", "envelopeId", "timeToLive", "idempotentRepository", "maxEnvelopeSize");
    private static final Set<String> OF_PLAIN_MESSAGES = Set.of("sendTimeout", "maxHold");

    private static final Set<LightningOperation> MESSAGING = EnumSet.of(SENDCUSTOMMSG, CUSTOMMSG, COMMANDO, JSONRPC);

    /** What was probably meant, where an option of the other direction was taken. */
    private static final Map<String, String> MEANT = Map.of(
            "messageType", "the types to receive are messageTypes",
            "messageTypes", "the type to send is messageType",
            "peerId", "the peers to receive from are peers",
            "peers", "the peer to send to is peerId");

    private final Map<String, String> ofUri = new LinkedHashMap<>();

    /** @param parameters of a URI */
    OptionUse(Map<String, Object> parameters) {
        parameters.forEach((option, value) -> {
            if (USES.containsKey(option)) {
                ofUri.put(option, shown(option, value));
            }
        });
    }

    /** The options that are for some operations only. */
    static Set<String> options() {
        return USES.keySet();
    }

    /** @throws IllegalArgumentException naming the option, its value, and what it is for */
    void require(LightningEndpoint endpoint, Direction direction) {
        LightningOperation operation = endpoint.getOperation();
        given(endpoint).forEach((option, value) -> {
            Use use = USES.get(option);
            if (use != null && !use.in(operation, direction)) {
                throw new IllegalArgumentException("Option " + option + " is '" + value + "': lightning:" + operation
                        + (operation.isFor(Direction.TO) && operation.isFor(Direction.FROM) ? " in " + direction : "")
                        + " has no such option; " + instead(option, use, operation));
            }
            requireDelivery(option, value, endpoint.getEnvelopes().getDelivery());
        });
    }

    private static void requireDelivery(String option, String value, DeliveryMode delivery) {
        boolean acknowledged = delivery == DeliveryMode.ACKNOWLEDGED;
        if ((acknowledged ? OF_PLAIN_MESSAGES : OF_ENVELOPES).contains(option)) {
            throw new IllegalArgumentException("Option " + option + " is '" + value + "': it does something only with"
                    + " delivery=" + (acknowledged ? "plain" : "acknowledged"));
        }
    }

    /** Those of the URI, and those that are not what they are by default: who has the endpoint may have set them. */
    private Map<String, String> given(LightningEndpoint endpoint) {
        PropertyConfigurerGetter options = endpoint.getComponent().endpointOptions();
        LightningEndpoint untouched = endpoint.untouched();
        var given = new LinkedHashMap<>(ofUri);
        for (String option : new TreeSet<>(USES.keySet())) {
            Object value = options.getOptionValue(endpoint, option, false);
            if (!Objects.equals(value, options.getOptionValue(untouched, option, false))) {
                given.putIfAbsent(option, shown(option, value));
            }
        }
        return given;
    }

    private static String shown(String option, @Nullable Object value) {
        return option.equals("rune") ? "xxxxxx" : String.valueOf(value);
    }

    private static String instead(String option, Use use, LightningOperation operation) {
        String meant = MEANT.get(option);
        return meant != null && MESSAGING.contains(operation) ? meant : "it is for " + users(use);
    }

    private static String users(Use use) {
        var users = new StringBuilder();
        for (Direction direction : Direction.values()) {
            for (LightningOperation operation : LightningOperation.values()) {
                if (use.in(operation, direction)) {
                    users.append(users.isEmpty() ? "" : ", ")
                            .append(direction.name().toLowerCase(java.util.Locale.ROOT))
                            .append("(\"lightning:")
                            .append(operation)
                            .append("\")");
                }
            }
        }
        return users.toString();
    }
}

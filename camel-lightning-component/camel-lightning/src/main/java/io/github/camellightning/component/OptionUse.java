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
import java.util.Set;

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
            Map.entry("synchronous", SENDING),
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
                    "executorService",
                    new Use(NOWHERE, EnumSet.of(CUSTOMMSG, COMMANDO, JSONRPC, LSPS0, RPC, NOTIFICATION, HOOK))),
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

    private static final Set<LightningOperation> MESSAGING = EnumSet.of(SENDCUSTOMMSG, CUSTOMMSG, COMMANDO, JSONRPC);

    /** What was probably meant, where an option of the other direction was taken. */
    private static final Map<String, String> MEANT = Map.of(
            "messageType", "the types to receive are messageTypes",
            "messageTypes", "the type to send is messageType",
            "peerId", "the peers to receive from are peers",
            "peers", "the peer to send to is peerId");

    private final Map<String, String> given = new LinkedHashMap<>();

    /** @param parameters of a URI */
    OptionUse(Map<String, Object> parameters) {
        parameters.forEach((option, value) -> {
            if (USES.containsKey(option)) {
                given.put(option, option.equals("rune") ? "xxxxxx" : String.valueOf(value));
            }
        });
    }

    /** @throws IllegalArgumentException naming the option, its value, and what it is for */
    void require(LightningOperation operation, Direction direction) {
        given.forEach((option, value) -> {
            Use use = USES.get(option);
            if (use != null && !use.in(operation, direction)) {
                throw new IllegalArgumentException("Option " + option + " is '" + value + "': lightning:" + operation
                        + (operation.isFor(Direction.TO) && operation.isFor(Direction.FROM) ? " in " + direction : "")
                        + " has no such option; " + instead(option, use, operation));
            }
        });
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

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the first part of a URI may say. */
public enum LightningOperation {
    SENDCUSTOMMSG("sendcustommsg", null, Direction.TO),
    CUSTOMMSG("custommsg", null, Direction.FROM),
    COMMANDO("commando", "a method of the peer's, like commando/getinfo", Direction.TO, Direction.FROM),
    JSONRPC("jsonrpc", "a method of a peer's, like jsonrpc/orders.status", Direction.TO, Direction.FROM),
    LSPS0("lsps0", "a method of bLIP-50, like lsps0/lsps1.get_info", Direction.TO, Direction.FROM),
    RPC("rpc", "a method of the own node, like rpc/getinfo", Direction.TO, Direction.FROM),
    NOTIFICATION("notification", "a topic, like notification/invoice_payment", Direction.TO, Direction.FROM),
    HOOK("hook", "a hook, like hook/htlc_accepted", Direction.FROM);

    /** Which of {@code to(...)} and {@code from(...)} an operation is for. */
    enum Direction {
        TO,
        FROM;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT) + "(...)";
        }
    }

    private final String uriName;
    private final @Nullable String nameRule;
    private final Set<Direction> directions;

    LightningOperation(String uriName, @Nullable String nameRule, Direction first, Direction... more) {
        this.uriName = uriName;
        this.nameRule = nameRule;
        this.directions = EnumSet.of(first, more);
    }

    /** @throws IllegalArgumentException listing the operations there are */
    static LightningOperation of(String uriName) {
        LightningOperation found = find(uriName);
        if (found != null) {
            return found;
        }
        throw new IllegalArgumentException("Unknown operation '" + uriName + "': lightning has "
                + Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", ")));
    }

    /** Null where there is no such operation. */
    static @Nullable LightningOperation find(String uriName) {
        for (LightningOperation operation : values()) {
            if (operation.uriName.equals(uriName)) {
                return operation;
            }
        }
        return null;
    }

    /** @throws IllegalArgumentException naming the operation that goes the other way, where this one does not go this way */
    void require(Direction wanted) {
        if (!isFor(wanted)) {
            throw new IllegalArgumentException("lightning:" + this + " is for "
                    + directions.iterator().next() + "; " + wanted + " wants " + counterpart());
        }
    }

    boolean isFor(Direction direction) {
        return directions.contains(direction);
    }

    private String counterpart() {
        return switch (this) {
            case SENDCUSTOMMSG -> "lightning:" + CUSTOMMSG;
            case CUSTOMMSG -> "lightning:" + SENDCUSTOMMSG;
            case HOOK -> "lightning:" + NOTIFICATION + "/<topic> or lightning:" + RPC + "/<method>";
            case COMMANDO, JSONRPC, LSPS0, RPC, NOTIFICATION ->
                throw new IllegalStateException(this + " goes both ways");
        };
    }

    /** @throws IllegalArgumentException saying what is missing or too much */
    void requireName(@Nullable String name) {
        if (nameRule == null && name != null) {
            throw new IllegalArgumentException("lightning:" + this + " takes no name, '" + name + "' is one");
        }
        if (nameRule != null && (name == null || name.isBlank())) {
            throw new IllegalArgumentException("lightning:" + this + " wants " + nameRule);
        }
    }

    /** As URIs write it. */
    @Override
    public String toString() {
        return uriName;
    }
}

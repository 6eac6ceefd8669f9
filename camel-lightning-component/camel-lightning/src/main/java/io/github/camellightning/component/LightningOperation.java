// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the first part of a URI may say. */
public enum LightningOperation {
    SENDCUSTOMMSG("sendcustommsg", Direction.TO),
    CUSTOMMSG("custommsg", Direction.FROM);

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
    private final Direction direction;

    LightningOperation(String uriName, Direction direction) {
        this.uriName = uriName;
        this.direction = direction;
    }

    /** @throws IllegalArgumentException listing the operations there are */
    static LightningOperation of(String uriName) {
        for (LightningOperation operation : values()) {
            if (operation.uriName.equals(uriName)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("Unknown operation '" + uriName + "': lightning has "
                + Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", ")));
    }

    /** @throws IllegalArgumentException naming the operation that goes the other way, where this one does not go this way */
    void require(Direction wanted) {
        if (direction != wanted) {
            throw new IllegalArgumentException(
                    "lightning:" + this + " is for " + direction + "; " + wanted + " wants lightning:" + counterpart());
        }
    }

    private LightningOperation counterpart() {
        return switch (this) {
            case SENDCUSTOMMSG -> CUSTOMMSG;
            case CUSTOMMSG -> SENDCUSTOMMSG;
        };
    }

    /** As URIs write it. */
    @Override
    public String toString() {
        return uriName;
    }
}

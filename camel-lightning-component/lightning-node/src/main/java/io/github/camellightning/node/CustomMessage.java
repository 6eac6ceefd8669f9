// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.util.Arrays;

/**
 * A message between two peers: a type of 16 bits and 0 to 65,533 bytes of payload (BOLT 1 allows 65,535 with the type).
 *
 * <p>The payload is not copied: whoever makes a message leaves the array alone from then on.
 */
public record CustomMessage(int type, byte[] payload) {

    public static final int MAX_PAYLOAD = 65_533;

    /** @throws InvalidMessageException where the type is not within 0 to 65535 or the payload too long */
    public CustomMessage {
        MessageTypes.requireInRange(type);
        if (payload.length > MAX_PAYLOAD) {
            throw new InvalidMessageException("A payload of " + payload.length
                    + " bytes does not fit into one Lightning message: the limit is " + MAX_PAYLOAD + " bytes");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CustomMessage that && type == that.type && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(payload);
    }

    /** Type and length only: the payload is the user's business. */
    @Override
    public String toString() {
        return "CustomMessage[type=" + type + ", " + payload.length + " bytes]";
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import org.jspecify.annotations.Nullable;

/**
 * A peer that this node knows of.
 *
 * @param address host and port, where known
 * @param direction who dialled, while connected
 * @param features what it announced in its {@code init}, big-endian as on the wire, in hex; empty until connected
 */
public record Peer(
        NodeId nodeId,
        boolean connected,
        @Nullable String address,
        @Nullable Direction direction,
        String features) {

    /** Which side opened the connection. */
    public enum Direction {
        INBOUND,
        OUTBOUND
    }
}

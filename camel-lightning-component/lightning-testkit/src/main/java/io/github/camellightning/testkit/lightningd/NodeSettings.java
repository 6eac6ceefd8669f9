// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.time.Duration;

/**
 * What can be different about a simulated node.
 *
 * @param version as {@code getinfo} tells it
 * @param network whose name is the folder of the socket
 * @param bytesPerSecond that it reads from one peer, on the wire: a message's length and 34; 0 for no limit
 * @param peerStorage whether it hands each new peer its encrypted backup, message 7, as real nodes do
 * @param shutdownPatience how long a plugin that hears of a shutdown may take to end
 */
public record NodeSettings(
        String version, String network, int bytesPerSecond, boolean peerStorage, Duration shutdownPatience) {

    /** Core Lightning v26.06.6 on regtest with its own limits. */
    public static NodeSettings defaults() {
        return new NodeSettings("v26.06.6", "regtest", 1_000_000, true, Duration.ofSeconds(30));
    }

    public NodeSettings withVersion(String other) {
        return new NodeSettings(other, network, bytesPerSecond, peerStorage, shutdownPatience);
    }

    public NodeSettings withNetwork(String other) {
        return new NodeSettings(version, other, bytesPerSecond, peerStorage, shutdownPatience);
    }

    public NodeSettings withBytesPerSecond(int other) {
        return new NodeSettings(version, network, other, peerStorage, shutdownPatience);
    }

    public NodeSettings withPeerStorage(boolean other) {
        return new NodeSettings(version, network, bytesPerSecond, other, shutdownPatience);
    }

    public NodeSettings withShutdownPatience(Duration other) {
        return new NodeSettings(version, network, bytesPerSecond, peerStorage, other);
    }
}

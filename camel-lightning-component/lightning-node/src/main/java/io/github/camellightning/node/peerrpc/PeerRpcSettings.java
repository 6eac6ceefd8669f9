// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

import java.time.Duration;

/**
 * What a {@link PeerRpc} speaks, and what it may use.
 *
 * @param type of its messages, in both directions
 * @param deadline of a call that has none of its own
 * @param maxCallsPerPeer calls on a peer that have not ended; more fail
 * @param maxCalls the same, on all peers
 * @param maxServedPerPeer calls of a peer that are being served, those whose replies wait to be written included; more get an error
 * @param maxServed the same, of all peers
 */
public record PeerRpcSettings(
        int type,
        PeerRpcRules rules,
        Duration deadline,
        int maxCallsPerPeer,
        int maxCalls,
        int maxServedPerPeer,
        int maxServed) {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    public static PeerRpcSettings jsonRpc(int type) {
        return new PeerRpcSettings(type, PeerRpcRules.JSONRPC, DEADLINE, 64, 1_024, 64, 1_024);
    }

    public static PeerRpcSettings lsps0() {
        return new PeerRpcSettings(PeerRpcRules.LSPS0_MESSAGE_TYPE, PeerRpcRules.LSPS0, DEADLINE, 64, 1_024, 64, 1_024);
    }
}

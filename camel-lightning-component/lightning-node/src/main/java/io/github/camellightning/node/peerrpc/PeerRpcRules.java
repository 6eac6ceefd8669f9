// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peerrpc;

/** What a protocol makes of JSON-RPC 2.0. Batches are refused by both. */
public enum PeerRpcRules {
    /** As JSON-RPC 2.0 says. */
    JSONRPC,
    /**
     * As bLIP-50 says: params by name only, results that are objects, a method {@code lsps0.list_protocols} wherever there is another, no notifications of
     * clients, nothing more sent on a connection on which the server has sent nonsense.
     */
    LSPS0;

    /** Of the messages of bLIP-50. */
    public static final int LSPS0_MESSAGE_TYPE = 37_913;
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.jsonrpc;

/** What came is no message as JSON-RPC has them, and nothing that follows it can be relied upon. It quotes nothing. */
public final class ProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }
}

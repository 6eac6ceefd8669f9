// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.rpc;

/** What came is not what lightningd sends, and nothing that follows on this connection can be relied upon. It quotes nothing. */
final class ProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/** The peer is not connected, or this node is down; nothing was written. */
public class NotConnectedException extends LightningException {

    private static final long serialVersionUID = 1L;

    public NotConnectedException(String message) {
        super(message);
    }

    public NotConnectedException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}

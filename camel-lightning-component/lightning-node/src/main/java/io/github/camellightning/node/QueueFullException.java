// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/** More waits to be written to this peer than its limit allows; nothing of this message was written. */
public class QueueFullException extends LightningException {

    private static final long serialVersionUID = 1L;

    public QueueFullException(String message) {
        super(message);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/** The deadline passed before anything was written. */
public class TimeoutException extends LightningException {

    private static final long serialVersionUID = 1L;

    public TimeoutException(String message) {
        super(message);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}

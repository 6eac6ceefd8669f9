// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.LightningException;

/** The receiver did not handle an envelope, and says so. */
public class RefusedException extends LightningException {

    private static final long serialVersionUID = 1L;

    private final boolean again;

    /** @param again whether the receiver says that it may handle it if it is sent again */
    public RefusedException(String message, boolean again) {
        super(message);
        this.again = again;
    }

    /** True where the receiver says so: it has not handled it. */
    @Override
    public boolean isRetryable() {
        return again;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import org.jspecify.annotations.Nullable;

/** A daemon or a peer answered with an error, in its own code and words. It did what it says, so nothing is unknown. */
public class RemoteErrorException extends LightningException {

    private static final long serialVersionUID = 1L;

    public RemoteErrorException(int code, String message, @Nullable String data) {
        super(code, message, data, null);
    }
}

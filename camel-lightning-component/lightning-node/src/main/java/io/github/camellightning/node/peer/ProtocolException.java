// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.LightningException;

/** A peer broke a rule, and its connection ends. */
final class ProtocolException extends LightningException {

    private static final long serialVersionUID = 1L;

    private final boolean warn;

    /** @param warn whether the peer is told so first, in a {@code warning} */
    ProtocolException(String rule, boolean warn) {
        super(rule);
        this.warn = warn;
    }

    boolean warn() {
        return warn;
    }

    /** Thrown on what strangers send: it must cost little, and its stack tells nothing. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}

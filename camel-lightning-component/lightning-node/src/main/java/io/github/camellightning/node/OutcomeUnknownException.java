// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/** All or part of it was written, and nobody knows what became of it: doing it again may do it twice. */
public class OutcomeUnknownException extends LightningException {

    private static final long serialVersionUID = 1L;

    public OutcomeUnknownException(String message) {
        super(message);
    }
}

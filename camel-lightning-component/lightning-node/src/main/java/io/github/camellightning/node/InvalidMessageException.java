// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/** What was given breaks a rule that the message names; it was refused before anything was sent. */
public class InvalidMessageException extends LightningException {

    private static final long serialVersionUID = 1L;

    public InvalidMessageException(String message) {
        super(message);
    }
}

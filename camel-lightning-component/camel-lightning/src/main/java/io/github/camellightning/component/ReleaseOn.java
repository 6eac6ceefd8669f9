// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

/** When the node may go on to the next message of a peer. */
public enum ReleaseOn {
    /** When the exchange is done, or held for as long as it may be. */
    COMPLETION,
    /** As soon as the consumer has the message. */
    RECEIPT
}

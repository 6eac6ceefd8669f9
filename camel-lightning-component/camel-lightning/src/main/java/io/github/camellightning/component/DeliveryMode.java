// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

/** What a sender learns of a message. */
public enum DeliveryMode {
    /** That it was sent. */
    PLAIN,
    /** That the receiver's route has handled it. */
    ACKNOWLEDGED
}

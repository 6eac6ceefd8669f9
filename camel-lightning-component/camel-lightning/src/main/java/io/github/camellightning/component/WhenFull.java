// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

/** What a consumer does with a message that exceeds what may be in flight. */
public enum WhenFull {
    /** It keeps the peer from sending more until there is room. */
    HOLD,
    /** It counts the message and forgets it. */
    DROP
}

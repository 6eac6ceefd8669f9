// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

/** What becomes of a start when the node cannot be started. */
public enum StartupMode {
    /** It fails, so that whoever supervises this process knows. */
    FAIL,
    /** It succeeds, and the node is tried again with growing pauses; health is down meanwhile. */
    RECONNECT
}

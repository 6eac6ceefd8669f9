// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

/** How many of the peers that the node keeps or producers name must be connected for the health check to be up. */
public enum PeerHealth {
    ANY,
    ALL,
    /** However many are. */
    NONE
}

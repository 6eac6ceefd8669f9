// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/** What {@code close} ends: a listener hears nothing new from then on; what it was given before stays its own to complete. */
@FunctionalInterface
public interface Registration extends AutoCloseable {

    /** Idempotent. */
    @Override
    void close();
}

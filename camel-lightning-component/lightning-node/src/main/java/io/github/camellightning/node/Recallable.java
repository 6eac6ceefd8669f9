// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

/** What a stage of {@link LightningNode#send} is besides, where the node keeps messages back that it can take back. */
public interface Recallable {

    /**
     * Takes the message back, unless the node has begun to write it.
     *
     * @return true: nothing was written or ever is, and the stage fails with the reason; false: it is too late, and the stage goes on
     */
    boolean recall(LightningException reason);
}

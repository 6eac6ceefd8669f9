// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import io.github.camellightning.node.LightningNode;
import io.github.camellightning.node.PeerAddress;

/** A node of the kind that a contract is run on, and how to dial it once it is up. */
public interface NodeUnderTest extends AutoCloseable {

    LightningNode node();

    /** Where others on this machine reach it; known after {@code node().start()}. */
    PeerAddress address();

    /** Gives up what the test harness holds besides the node's own start. */
    @Override
    void close();
}

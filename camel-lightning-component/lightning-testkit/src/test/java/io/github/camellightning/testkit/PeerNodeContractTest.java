// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

/** The contract on the native peer. */
class PeerNodeContractTest extends LightningNodeContract {

    @Override
    protected NodeUnderTest createNode() {
        return TestNodes.peer();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

/** JSON-RPC between native peers. */
class PeerNodePeerRpcTest extends PeerRpcContract {

    @Override
    protected NodeUnderTest createClient() {
        return TestNodes.peer();
    }

    @Override
    protected NodeUnderTest createServer() {
        return TestNodes.peer();
    }
}

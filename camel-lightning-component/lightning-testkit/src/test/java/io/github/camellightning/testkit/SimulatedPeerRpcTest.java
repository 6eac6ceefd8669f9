// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import io.github.camellightning.testkit.lightningd.LightningdExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

/** JSON-RPC between simulated lightningds: a test after which a real one would have died fails. */
class SimulatedPeerRpcTest extends PeerRpcContract {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    @Override
    protected NodeUnderTest createClient() {
        return TestNodes.simulated(lightning.start("client"));
    }

    @Override
    protected NodeUnderTest createServer() {
        return TestNodes.simulated(lightning.start("server"));
    }
}

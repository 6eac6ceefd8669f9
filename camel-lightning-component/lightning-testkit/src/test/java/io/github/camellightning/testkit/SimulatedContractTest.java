// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import io.github.camellightning.testkit.lightningd.LightningdExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract on simulated nodes: a test after which a real one would have died fails. */
class SimulatedContractTest extends LightningNodeContract {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    private int nodes;

    @Override
    protected NodeUnderTest createNode() {
        return TestNodes.simulated(lightning.start("node" + ++nodes));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The contract on real nodes, where {@code -Dlightningd=<path of the binary>} says which; else skipped. Each node that dies fails its test. */
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class CoreLightningContractIT extends LightningNodeContract {

    @Override
    protected NodeUnderTest createNode() throws Exception {
        return TestNodes.real();
    }
}

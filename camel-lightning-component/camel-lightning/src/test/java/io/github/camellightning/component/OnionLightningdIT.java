// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** On real nodes, where {@code -Dlightningd=<path of the binary>} says which lightningd; else skipped. */
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class OnionLightningdIT extends OnionContract {

    private static RegtestNetwork network;

    @BeforeAll
    static void threeNodesHaveChannels() throws Exception {
        network = RegtestNetwork.start();
    }

    @AfterAll
    static void stopThem() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    @Override
    CamelContext context() {
        return network.context();
    }
}

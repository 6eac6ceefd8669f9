// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.testkit.lightningd.LightningdExtension;
import io.github.camellightning.testkit.lightningd.SimulatedLightningd;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On simulated nodes. */
class OnionTest extends OnionContract {

    @RegisterExtension
    static final LightningdExtension LIGHTNING = new LightningdExtension();

    private static final int CAPACITY_SAT = 1_000_000;
    private static final Map<String, SimulatedLightningd> NODES = new TreeMap<>();

    @BeforeAll
    static void threeNodesHaveChannels() {
        OnionNodes.NAMES.forEach(name -> NODES.put(name, LIGHTNING.start(name)));
        NODES.get("alice").openChannel(NODES.get("bob"), CAPACITY_SAT);
        NODES.get("bob").openChannel(NODES.get("carol"), CAPACITY_SAT);
    }

    @Override
    CamelContext context() {
        return OnionNodes.context(name -> NODES.get(name).rpcFile());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import io.github.camellightning.testkit.lightningd.LightningdExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Acknowledged delivery between simulated lightningds: a test after which a real one would have died fails. */
class SimulatedEnvelopeTest extends EnvelopeContract {

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    @Override
    protected NodeUnderTest createSender() {
        return TestNodes.simulated(lightning.start("sender"));
    }

    @Override
    protected NodeUnderTest createReceiver() {
        return TestNodes.simulated(lightning.start("receiver"));
    }
}

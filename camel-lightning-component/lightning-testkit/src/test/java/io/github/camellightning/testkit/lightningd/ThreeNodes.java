// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three nodes in a row, with a channel from each to the next. */
abstract class ThreeNodes {

    static final long CAPACITY_SAT = 1_000_000;
    static final long CAPACITY_MSAT = CAPACITY_SAT * 1_000;
    static final String ALICE_BOB = "1x1x0";
    static final String BOB_CAROL = "7x1x0";

    @RegisterExtension
    final LightningdExtension lightning = new LightningdExtension();

    SimulatedLightningd alice;
    SimulatedLightningd bob;
    SimulatedLightningd carol;

    @BeforeEach
    void openTheChannels() {
        alice = lightning.start("alice");
        bob = lightning.start("bob");
        carol = lightning.start("carol");
        assertThat(alice.openChannel(bob, CAPACITY_SAT)).isEqualTo(ALICE_BOB);
        assertThat(bob.openChannel(carol, CAPACITY_SAT)).isEqualTo(BOB_CAROL);
    }
}

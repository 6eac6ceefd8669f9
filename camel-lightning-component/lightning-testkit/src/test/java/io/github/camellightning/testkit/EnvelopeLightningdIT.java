// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Acknowledged delivery with real lightningds at either end, where {@code -Dlightningd=<path of the binary>} says which; else skipped. */
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class EnvelopeLightningdIT {

    @Nested
    class BetweenTwo extends EnvelopeContract {

        @Override
        protected NodeUnderTest createSender() throws Exception {
            return TestNodes.real();
        }

        @Override
        protected NodeUnderTest createReceiver() throws Exception {
            return TestNodes.real();
        }
    }

    @Nested
    class FromAPeer extends EnvelopeContract {

        @Override
        protected NodeUnderTest createSender() {
            return TestNodes.peer();
        }

        @Override
        protected NodeUnderTest createReceiver() throws Exception {
            return TestNodes.real();
        }
    }

    @Nested
    class ToAPeer extends EnvelopeContract {

        @Override
        protected NodeUnderTest createSender() throws Exception {
            return TestNodes.real();
        }

        @Override
        protected NodeUnderTest createReceiver() {
            return TestNodes.peer();
        }
    }
}

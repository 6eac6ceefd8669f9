// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** JSON-RPC between peers with real lightningds at either end, where {@code -Dlightningd=<path of the binary>} says which; else skipped. */
@EnabledIfSystemProperty(
        named = "lightningd",
        matches = ".+",
        disabledReason = "no -Dlightningd=<path of the binary> was given")
class PeerRpcLightningdIT {

    @Nested
    class BetweenTwo extends PeerRpcContract {

        @Override
        protected NodeUnderTest createClient() throws Exception {
            return TestNodes.real();
        }

        @Override
        protected NodeUnderTest createServer() throws Exception {
            return TestNodes.real();
        }
    }

    @Nested
    class FromAPeer extends PeerRpcContract {

        @Override
        protected NodeUnderTest createClient() {
            return TestNodes.peer();
        }

        @Override
        protected NodeUnderTest createServer() throws Exception {
            return TestNodes.real();
        }
    }

    @Nested
    class ToAPeer extends PeerRpcContract {

        @Override
        protected NodeUnderTest createClient() throws Exception {
            return TestNodes.real();
        }

        @Override
        protected NodeUnderTest createServer() {
            return TestNodes.peer();
        }
    }
}

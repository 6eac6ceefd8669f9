// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

/** Acknowledged delivery between native peers. */
class PeerNodeEnvelopeTest extends EnvelopeContract {

    @Override
    protected NodeUnderTest createSender() {
        return TestNodes.peer();
    }

    @Override
    protected NodeUnderTest createReceiver() {
        return TestNodes.peer();
    }
}

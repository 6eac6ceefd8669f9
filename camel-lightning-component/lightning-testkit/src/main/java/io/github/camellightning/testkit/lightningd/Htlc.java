// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.testkit.onion.FailureCode;
import io.github.camellightning.testkit.onion.FailureOnion;

/**
 * A payment on its way over one channel: offered by one end, and held until the other end says what became of it.
 *
 * @param expiry the height of the chain at which it is void
 * @param sender who is told once what became of it
 */
record Htlc(long id, NodeId from, long amountMsat, long expiry, byte[] paymentHash, byte[] onion, Sender sender) {

    /** Whatever made the node offer it. It outlives the node's runs, so it is told of the one that goes on, on whose thread it is. */
    interface Sender {
        void told(Daemon running, Result result);
    }

    sealed interface Result {}

    record Fulfilled(byte[] preimage) implements Result {}

    /** @param onion a {@link FailureOnion} */
    record Failed(byte[] onion) implements Result {}

    /** The onion was no good, so there is no secret to hide a failure with. */
    record Malformed(FailureCode code, byte[] onionHash) implements Result {}
}

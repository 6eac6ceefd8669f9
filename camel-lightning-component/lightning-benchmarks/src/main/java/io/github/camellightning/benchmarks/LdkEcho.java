// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.interop.LdkPeer;
import java.util.Optional;

/** One message at a time there and back between two nodes of ldk-java, answered on their own threads. */
final class LdkEcho implements Contender {

    private final byte[] payload;
    private final Countdown countdown = new Countdown();
    private final LdkPeer from = LdkPeer.start(NodePair.TYPE);
    private final LdkPeer to = LdkPeer.start(NodePair.TYPE);

    LdkEcho(int bytes) throws Exception {
        payload = new byte[bytes];
        to.onMessage(Optional::of);
        from.onMessage(message -> countdown.arrived() > 0 ? Optional.of(message) : Optional.empty());
        from.dial(to.address(), to.nodeId());
        from.awaitPeer(to.nodeId());
        to.awaitPeer(from.nodeId());
    }

    @Override
    public void run(int operations) throws Exception {
        countdown.expect(operations);
        from.send(to.nodeId(), NodePair.TYPE, payload);
        countdown.await();
    }

    @Override
    public void close() {
        from.close();
        to.close();
    }
}

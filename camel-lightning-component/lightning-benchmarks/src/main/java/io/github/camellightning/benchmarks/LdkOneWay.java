// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.interop.LdkPeer;
import java.util.Optional;

/** Messages from one node of ldk-java to another, counted on its own thread. */
final class LdkOneWay implements Contender {

    private final byte[] payload;
    private final Countdown countdown = new Countdown();
    private final LdkPeer from = LdkPeer.start(NodePair.TYPE);
    private final LdkPeer to = LdkPeer.start(NodePair.TYPE);

    LdkOneWay(int bytes) throws Exception {
        payload = new byte[bytes];
        to.onMessage(message -> {
            countdown.arrived();
            return Optional.empty();
        });
        from.dial(to.address(), to.nodeId());
        from.awaitPeer(to.nodeId());
    }

    @Override
    public void run(int operations) throws Exception {
        countdown.expect(operations);
        for (int i = 0; i < operations; i++) {
            from.send(to.nodeId(), NodePair.TYPE, payload);
        }
        countdown.await();
    }

    @Override
    public void close() {
        from.close();
        to.close();
    }
}

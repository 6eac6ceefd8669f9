// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;

/** Messages from one peer of lightning-kmp to another, each on a thread of its own. */
final class KmpOneWay implements Contender {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final byte[] payload;
    private final KmpPair pair = new KmpPair();

    KmpOneWay(int bytes) throws Exception {
        payload = new byte[bytes];
    }

    @Override
    public void run(int operations) throws Exception {
        Future<?> received = pair.thread.submit(() -> {
            for (int i = 0; i < operations; i++) {
                pair.listener.receive(PATIENCE);
            }
            return null;
        });
        for (int i = 0; i < operations; i++) {
            pair.dialler.send(NodePair.TYPE, payload);
        }
        received.get();
    }

    @Override
    public void close() throws IOException {
        pair.close();
    }
}

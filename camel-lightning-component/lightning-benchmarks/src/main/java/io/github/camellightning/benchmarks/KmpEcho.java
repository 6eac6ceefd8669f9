// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;

/** One message at a time there and back between two peers of lightning-kmp, each on a thread of its own. */
final class KmpEcho implements Contender {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final byte[] payload;
    private final KmpPair pair = new KmpPair();

    KmpEcho(int bytes) throws Exception {
        payload = new byte[bytes];
    }

    @Override
    public void run(int operations) throws Exception {
        Future<?> echoed = pair.thread.submit(() -> {
            for (int i = 0; i < operations; i++) {
                var message = pair.listener.receive(PATIENCE);
                pair.listener.send(message.type(), message.payload());
            }
            return null;
        });
        for (int i = 0; i < operations; i++) {
            pair.dialler.send(NodePair.TYPE, payload);
            pair.dialler.receive(PATIENCE);
        }
        echoed.get();
    }

    @Override
    public void close() throws IOException {
        pair.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.benchmarks;

import io.github.camellightning.interop.KmpPeer;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Two peers of lightning-kmp, connected over TCP, and a thread for the one that listened. */
final class KmpPair implements AutoCloseable {

    final ExecutorService thread = Executors.newSingleThreadExecutor();
    final KmpPeer dialler;
    final KmpPeer listener;

    KmpPair() throws Exception {
        try (var acceptor = KmpPeer.listen()) {
            Future<KmpPeer> accepted = thread.submit(acceptor::accept);
            dialler = KmpPeer.dial(acceptor.address(), acceptor.nodeId());
            listener = accepted.get();
        }
    }

    @Override
    public void close() throws IOException {
        dialler.close();
        listener.close();
        thread.shutdownNow();
    }
}

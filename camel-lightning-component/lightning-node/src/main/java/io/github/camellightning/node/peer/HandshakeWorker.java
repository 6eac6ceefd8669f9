// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does the point multiplications of handshakes on a thread of its own: a flood of them delays only other handshakes. */
final class HandshakeWorker implements Executor {

    private final ThreadPoolExecutor thread;

    /** @param maxPending how many inbound handshakes there may be; those that this node dials come on top */
    static HandshakeWorker forPending(int maxPending) {
        return new HandshakeWorker((int) Math.min(4L * maxPending, Integer.MAX_VALUE));
    }

    HandshakeWorker(int capacity) {
        thread = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(capacity), task -> {
            var worker = new Thread(task, "lightning-handshake");
            worker.setDaemon(true);
            return worker;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** @throws RejectedExecutionException where too many wait already */
    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    void stop() {
        thread.shutdownNow();
    }
}

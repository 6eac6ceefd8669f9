// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that requests may hold. */
final class RequestMemory {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    RequestMemory(long limit) {
        this.limit = limit;
    }

    boolean take(long bytes) {
        if (used.addAndGet(bytes) <= limit) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}

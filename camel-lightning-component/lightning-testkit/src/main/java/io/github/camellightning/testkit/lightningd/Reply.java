// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** What one command writes to its connection. Replies leave in the order in which they were begun, each of them whole. */
final class Reply {

    private final ArrayDeque<ByteBuffer> parts = new ArrayDeque<>();
    private boolean finished;

    void add(byte[] bytes) {
        parts.addLast(ByteBuffer.wrap(bytes));
    }

    void finish() {
        finished = true;
    }

    boolean isFinished() {
        return finished;
    }

    /** Drops what the client has taken; true where nothing is left for now. */
    boolean isWritten() {
        while (!parts.isEmpty() && !parts.getFirst().hasRemaining()) {
            parts.removeFirst();
        }
        return parts.isEmpty();
    }

    ArrayDeque<ByteBuffer> parts() {
        return parts;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

/** What a receiver has of all peers together, whose lanes share it. */
final class Stock {

    private final DeliverySettings.Room most;
    private final long mostMemory;
    private int envelopes;
    private long bytes;
    private long memory;

    Stock(DeliverySettings settings) {
        this.most = settings.inAll();
        this.mostMemory = settings.memoryBytesOfAll();
    }

    synchronized boolean hasRoom(long more) {
        return envelopes == 0 || envelopes < most.envelopes() && bytes + more <= most.bytes();
    }

    /** @return whether it was taken in */
    synchronized boolean take(long more) {
        if (!hasRoom(more)) {
            return false;
        }
        envelopes++;
        bytes += more;
        return true;
    }

    synchronized void giveBack(long less) {
        envelopes--;
        bytes -= less;
    }

    /** @return whether there is that much memory; where not it goes to a file */
    synchronized boolean takeMemory(long more) {
        if (memory + more > mostMemory) {
            return false;
        }
        memory += more;
        return true;
    }

    synchronized void giveBackMemory(long less) {
        memory -= less;
    }
}

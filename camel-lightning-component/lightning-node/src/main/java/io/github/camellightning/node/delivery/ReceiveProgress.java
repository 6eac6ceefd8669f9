// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.delivery.DeliveryMessage.Part;

/** Where the receiver of one envelope is: which parts it has. They are taken in order. Knows no clock, thread or network. */
final class ReceiveProgress {

    private final long count;
    private final long total;
    private long next;
    private long received;
    private boolean gapTold;

    ReceiveProgress(long count, long total) {
        this.count = count;
        this.total = total;
    }

    enum Verdict {
        /** It is the next: its bytes are to be kept. */
        TAKEN,
        /** The same, and it was the last. */
        COMPLETE,
        /** It is here already. */
        KNOWN,
        /** Others are missing before it: the sender is to be told. */
        MISSING,
        /** The same, and it was told. */
        STILL_MISSING,
        /** It cannot be of the envelope that it says it is of. */
        CONTRADICTION
    }

    /** Whether a first part makes sense at all: no more parts than bytes, and not beyond what they can carry. */
    static boolean isPossible(Part part) {
        return part.count() >= 1
                && part.part() < part.count()
                && (part.total() == 0 ? part.count() == 1 : part.count() <= part.total())
                && part.bytes().length <= part.total();
    }

    Verdict take(Part part) {
        if (part.count() != count || part.total() != total || part.part() >= count) {
            return Verdict.CONTRADICTION;
        }
        if (part.part() < next) {
            return Verdict.KNOWN;
        }
        if (part.part() > next) {
            boolean told = gapTold;
            gapTold = true;
            return told ? Verdict.STILL_MISSING : Verdict.MISSING;
        }
        return takeNext(part.bytes().length);
    }

    private Verdict takeNext(int length) {
        long left = total - received - length;
        long partsLeft = count - next - 1;
        // each part has at least one byte, and the last one the last
        if (left < partsLeft || partsLeft == 0 && left != 0 || length == 0 && total != 0) {
            return Verdict.CONTRADICTION;
        }
        received += length;
        next++;
        gapTold = false;
        return next == count ? Verdict.COMPLETE : Verdict.TAKEN;
    }

    long next() {
        return next;
    }

    boolean isComplete() {
        return next == count;
    }

    @Override
    public String toString() {
        return next + " of " + count + " parts, " + received + " of " + total + " bytes"
                + (gapTold ? ", gap told" : "");
    }

    /** Told again: a query was answered, and what is missing from now on is news. */
    void answered() {
        gapTold = false;
    }
}

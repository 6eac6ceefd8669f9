// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.delivery.DeliveryMessage.Have;

/**
 * Where the sender of one envelope is: which parts are sent, which the receiver has, and whether to ask it. Knows no clock, thread or network.
 */
final class SendProgress {

    private static final int MOST_SETBACKS = 16;

    private final long count;
    private final int ownWindow;

    /** The receiver has all parts before this one. */
    private long acknowledged;
    /** The next to be sent. */
    private long next;
    /** No part from here on was ever sent, as far as is known: a process before this one may have. */
    private long fresh;
    /** As far as the receiver ever was, since it last had to begin again. */
    private long best;

    private int setbacks;

    private int window;
    /** Whether what the receiver has is to be asked, or was, and is not known: nothing else is sent meanwhile. */
    private boolean unsure;

    private boolean asked;

    SendProgress(long count, int window) {
        this.count = count;
        this.ownWindow = window;
        this.window = window;
    }

    enum Step {
        /** {@link #next()} is to be sent. */
        PART,
        QUERY,
        WAIT
    }

    Step step() {
        if (unsure) {
            return asked ? Step.WAIT : Step.QUERY;
        }
        return next < count && next < acknowledged + window ? Step.PART : Step.WAIT;
    }

    long next() {
        return next;
    }

    /** The part or the query that {@link #step()} wanted is on its way, as far as anybody knows. */
    void sent() {
        if (unsure) {
            asked = true;
        } else {
            next++;
            fresh = Math.max(fresh, next);
        }
    }

    /** Whether any part ever went out, so that the receiver may have the envelope. */
    boolean isBegun() {
        return fresh > 0;
    }

    /** @return whether the receiver has more than it was known to have */
    boolean have(Have answer) {
        boolean outOfDate = answer.next() > fresh || answer.next() < acknowledged;
        if (answer.next() > count || !answer.goBack() && outOfDate) {
            return false;
        }
        acknowledged = answer.next();
        fresh = Math.max(fresh, acknowledged);
        boolean more = isMore();
        window = Math.min(ownWindow, answer.window());
        if (answer.goBack()) {
            next = acknowledged;
            unsure = false;
        } else {
            next = Math.max(next, acknowledged);
        }
        return more;
    }

    /** One that was started again makes progress from there; one that goes back again and again makes none. */
    private boolean isMore() {
        if (acknowledged < best && setbacks < MOST_SETBACKS) {
            setbacks++;
            best = acknowledged;
        }
        boolean more = acknowledged > best;
        best = Math.max(best, acknowledged);
        return more;
    }

    /** The connection is another one, or the receiver has been silent: what was sent may be lost, and the query too. */
    void ask() {
        unsure = isBegun();
        asked = false;
    }

    @Override
    public String toString() {
        return "acknowledged " + acknowledged + ", next " + next + ", fresh " + fresh + " of " + count + ", window "
                + window + (unsure ? asked ? ", asked" : ", unsure" : "");
    }
}

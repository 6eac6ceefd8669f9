// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.MessageFilter;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer takes in, and how much of it at a time.
 *
 * @param maxHold nanoseconds
 * @param replyType the type of answers; null: nobody is answered
 */
record Intake(
        MessageFilter filter,
        ReleaseOn releaseOn,
        long maxHold,
        int maxInFlightPerPeer,
        int maxInFlight,
        WhenFull whenFull,
        @Nullable Integer replyType) {

    boolean releasesOnCompletion() {
        return releaseOn == ReleaseOn.COMPLETION;
    }

    boolean drops() {
        return whenFull == WhenFull.DROP;
    }
}

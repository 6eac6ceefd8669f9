// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import java.util.List;

/** What travels. From the sender: parts and queries; back: the rest, in messages of another type. */
sealed interface DeliveryMessage {

    /**
     * One part of an envelope. The parts of an envelope are taken in order; all together are its body.
     *
     * @param part from 0
     * @param count of parts, at least 1
     * @param total bytes of the body
     * @param labels of the envelope; sent with part 0 only
     */
    record Part(EnvelopeId id, long part, long count, long total, EnvelopeLabels labels, byte[] bytes)
            implements DeliveryMessage {}

    /** Asks what the receiver has. */
    record Query(EnvelopeId id) implements DeliveryMessage {}

    /** What the receiver says. */
    sealed interface Answer extends DeliveryMessage {}

    /** These are handled. */
    record Handled(List<EnvelopeId> ids) implements Answer {}

    /** @param again whether it may be handled if it is sent again */
    record Refused(EnvelopeId id, boolean again, String reason) implements Answer {}

    /**
     * All parts before {@code next} are here.
     *
     * @param window how many from there on the receiver has room for
     * @param goBack whether the sender is to go on from there: parts are missing, or it asked
     */
    record Have(EnvelopeId id, long next, int window, boolean goBack) implements Answer {}
}

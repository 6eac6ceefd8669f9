// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import java.util.concurrent.CompletionStage;

/** Handles envelopes. */
@FunctionalInterface
public interface EnvelopeListener {

    /** What became of an envelope, for its sender to know. */
    sealed interface Outcome {

        /** Never to be handled again. */
        record Handled() implements Outcome {}

        /**
         * Not handled.
         *
         * @param again whether it may be if it is sent again
         * @param reason for the sender, without secrets; at most 255 bytes of it are sent
         */
        record Refused(boolean again, String reason) implements Outcome {}
    }

    /** Called on a thread that must not wait. How the stage fails is not told to the sender; to it the envelope is refused for now. */
    CompletionStage<Outcome> onEnvelope(ReceivedEnvelope envelope);
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import java.util.concurrent.CompletionStage;

/** Says whether somebody may do what they want to. {@link Runes} is one; another may ask elsewhere, as the {@code checkrune} of a lightningd. */
@FunctionalInterface
public interface RuneCheck {

    /**
     * Must not block: the stage is for that.
     *
     * @return completes where it is allowed. Fails with a {@link RuneRefusedException} in the words that who asks shall read; any other failure refuses
     *     without its words
     */
    CompletionStage<Void> check(Rune rune, RuneRequest request);
}

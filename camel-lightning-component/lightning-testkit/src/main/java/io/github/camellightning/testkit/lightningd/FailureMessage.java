// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.testkit.lightningd.HookKind.Verdict;
import io.github.camellightning.testkit.onion.FailureCode;
import org.jspecify.annotations.Nullable;

/** Why a payment fails, as a hook tells it: two bytes that say what failed (BOLT 4, "Failure Messages"), and what belongs to that. */
final class FailureMessage {

    /** lightningd pads to so many bytes, and aborts where there are more. */
    private static final int LONGEST = 256;

    private FailureMessage() {}

    static Verdict judge(@Nullable Token failure) {
        byte[] message = failure == null ? null : Hex.decode(failure.text());
        if (message == null || message.length > LONGEST) {
            return Verdict.FATAL;
        }
        return FailureCode.of(WireTypes.of(message)).isPresent() ? Verdict.LAST : Verdict.FATAL_TO_PAYERS;
    }
}

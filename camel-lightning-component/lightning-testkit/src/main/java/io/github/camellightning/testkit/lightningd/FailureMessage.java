// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import io.github.camellightning.testkit.lightningd.HookKind.Verdict;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a payment fails, as a hook tells it: two bytes that say what failed (BOLT 4, "Failure Messages"), and what belongs to that. */
final class FailureMessage {

    /** lightningd pads to so many bytes, and aborts where there are more. */
    private static final int LONGEST = 256;

    private static final int BADONION = 0x8000;
    private static final int PERM = 0x4000;
    private static final int NODE = 0x2000;
    private static final int UPDATE = 0x1000;

    private static final Set<Integer> CODES = Set.of(
            NODE | 2,
            PERM | NODE | 2,
            PERM | NODE | 3,
            BADONION | PERM | 4,
            BADONION | PERM | 5,
            BADONION | PERM | 6,
            UPDATE | 7,
            PERM | 8,
            PERM | 9,
            PERM | 10,
            UPDATE | 11,
            UPDATE | 12,
            UPDATE | 13,
            UPDATE | 14,
            PERM | 15,
            18,
            19,
            UPDATE | 20,
            21,
            PERM | 22,
            23,
            BADONION | PERM | 24);

    private FailureMessage() {}

    static Verdict judge(@Nullable Token failure) {
        byte[] message = failure == null ? null : Hex.decode(failure.text());
        if (message == null || message.length > LONGEST) {
            return Verdict.FATAL;
        }
        return CODES.contains(WireTypes.of(message)) ? Verdict.LAST : Verdict.FATAL_TO_PAYERS;
    }
}

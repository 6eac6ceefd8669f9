// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Hex digits, of either case. */
final class Hex {

    private Hex() {}

    /** Null where it is none. */
    static byte @Nullable [] decode(String hex) {
        try {
            return HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    /** What is known to be hex. */
    static byte[] known(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static String encode(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}

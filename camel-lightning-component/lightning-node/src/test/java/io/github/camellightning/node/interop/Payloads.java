// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.interop;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Payloads that no two are alike of, so that one lost, altered or out of order shows. */
final class Payloads {

    /** Nothing, around the cipher's block and where another engine takes over, and all that a message holds. */
    static final List<Integer> SIZES = List.of(
            0, 1, 2, 13, 14, 15, 61, 62, 63, 100, 253, 254, 255, 256, 1_000, 4_096, 16_384, 65_531, 65_532, 65_533);

    private static final List<Integer> STREAMED_SIZES = List.of(100, 0, 300, 2_000, 30);

    private Payloads() {}

    static byte[] ofSize(int size) {
        return random(size, size);
    }

    /** The {@code count} payloads of a stream. */
    static List<byte[]> stream(int count, int seed) {
        return IntStream.range(0, count)
                .mapToObj(i -> random(STREAMED_SIZES.get(i % STREAMED_SIZES.size()), (long) seed << 32 | i))
                .toList();
    }

    private static byte[] random(int size, long seed) {
        var payload = new byte[size];
        new Random(seed).nextBytes(payload);
        return payload;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import io.github.camellightning.node.wire.WireReader;
import io.github.camellightning.node.wire.WireWriter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the output is that pays for a channel (BOLT 7, "Definition of short_channel_id"), written {@code 112x1x0}.
 *
 * @param block its height, 24 bits
 * @param transaction its index in the block, 24 bits
 * @param output its index in the transaction, 16 bits
 */
public record ShortChannelId(int block, int transaction, int output) {

    /** In bytes. */
    public static final int LENGTH = 8;

    private static final Pattern TEXT = Pattern.compile("(\\d{1,8})x(\\d{1,8})x(\\d{1,5})");

    /** @param bytes 8 of them */
    public static ShortChannelId of(byte[] bytes) {
        long number = new WireReader(bytes).u64();
        return new ShortChannelId((int) (number >>> 40), (int) (number >>> 16) & 0xffffff, (int) number & 0xffff);
    }

    /** Null where the text is none. */
    public static @Nullable ShortChannelId parse(String text) {
        var parts = TEXT.matcher(text);
        return parts.matches()
                ? new ShortChannelId(
                        Integer.parseInt(parts.group(1)),
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3)))
                : null;
    }

    public byte[] bytes() {
        return new WireWriter()
                .u64((long) block << 40 | (long) transaction << 16 | output)
                .toByteArray();
    }

    @Override
    public String toString() {
        return block + "x" + transaction + "x" + output;
    }
}

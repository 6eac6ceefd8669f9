// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import io.github.camellightning.node.wire.WireException.Rule;

/**
 * Unsigned 64-bit numbers in 1, 3, 5 or 9 bytes: below 0xfd as they are, else one of fd, fe, ff and 2, 4 or 8 bytes,
 * big-endian. Only the shortest form is valid. A {@code long} stands for its 64 bits.
 */
public final class BigSize {

    private static final int TWO_BYTES = 0xfd;
    private static final int FOUR_BYTES = 0xfe;
    private static final int EIGHT_BYTES = 0xff;

    private BigSize() {}

    /** Returns how many bytes the number takes. */
    public static int length(long number) {
        if (number >>> 32 != 0) {
            return 9;
        }
        if (number > 0xffff) {
            return 5;
        }
        return number < TWO_BYTES ? 1 : 3;
    }

    public static byte[] encode(long number) {
        return new WireWriter().bigSize(number).toByteArray();
    }

    /**
     * Reads a number that takes the whole of the bytes.
     *
     * @throws WireException where the bytes are too few, too many, or not the shortest form
     */
    public static long decode(byte[] bytes) {
        var reader = new WireReader(bytes);
        long number = read(reader);
        reader.requireEnd("BigSize");
        return number;
    }

    static long read(WireReader reader) {
        int first = reader.u8();
        long number =
                switch (first) {
                    case TWO_BYTES -> reader.u16();
                    case FOUR_BYTES -> reader.u32();
                    case EIGHT_BYTES -> reader.u64();
                    default -> first;
                };
        if (first >= TWO_BYTES && length(number) != 1 + (2 << (first - TWO_BYTES))) {
            throw new WireException(Rule.NOT_MINIMAL, "BigSize " + Long.toUnsignedString(number));
        }
        return number;
    }

    static void write(WireWriter writer, long number) {
        switch (length(number)) {
            case 1 -> writer.u8((int) number);
            case 3 -> writer.u8(TWO_BYTES).u16((int) number);
            case 5 -> writer.u8(FOUR_BYTES).u32(number);
            default -> writer.u8(EIGHT_BYTES).u64(number);
        }
    }
}

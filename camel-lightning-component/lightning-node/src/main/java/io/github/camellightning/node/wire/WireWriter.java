// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import java.util.Arrays;

/** Writes BOLT 1's fundamental types one after the other, as {@link WireReader} reads them. */
public final class WireWriter {

    private static final int USUAL = 64;

    private byte[] bytes;
    private int size;

    public WireWriter() {
        this(USUAL);
    }

    /** @param room for so many bytes at first; there may be more */
    public WireWriter(int room) {
        bytes = new byte[room];
    }

    public WireWriter u8(int number) {
        return fixed(number, 1);
    }

    public WireWriter u16(int number) {
        return fixed(number, 2);
    }

    public WireWriter u32(long number) {
        return fixed(number, 4);
    }

    public WireWriter u64(long number) {
        return bigEndian(number, 8);
    }

    public WireWriter bigSize(long number) {
        BigSize.write(this, number);
        return this;
    }

    /** A truncated integer, which has to be the last of what it is part of; 0 takes no byte. Also tu16 and tu32. */
    public WireWriter tu64(long number) {
        return bigEndian(number, truncatedLength(number));
    }

    /** How many bytes {@link #tu64} takes. */
    public static int truncatedLength(long number) {
        return (Long.SIZE - Long.numberOfLeadingZeros(number) + 7) / 8;
    }

    public WireWriter bytes(byte[] value) {
        makeRoom(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private WireWriter fixed(long number, int count) {
        if (number >>> (8 * count) != 0) {
            throw new IllegalArgumentException(
                    number + " is no u" + 8 * count + ": it is negative or takes more than " + count + " bytes");
        }
        return bigEndian(number, count);
    }

    private WireWriter bigEndian(long number, int count) {
        makeRoom(count);
        for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (number >>> shift);
        }
        return this;
    }

    private void makeRoom(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), 2 * bytes.length));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import java.io.ByteArrayOutputStream;

/** Writes BOLT 1's fundamental types one after the other, as {@link WireReader} reads them. */
public final class WireWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

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
        return bigEndian(number, (Long.SIZE - Long.numberOfLeadingZeros(number) + 7) / 8);
    }

    public WireWriter bytes(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    private WireWriter fixed(long number, int count) {
        if (number >>> (8 * count) != 0) {
            throw new IllegalArgumentException(
                    number + " is no u" + 8 * count + ": it is negative or takes more than " + count + " bytes");
        }
        return bigEndian(number, count);
    }

    private WireWriter bigEndian(long number, int count) {
        for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
            bytes.write((int) (number >>> shift));
        }
        return this;
    }
}

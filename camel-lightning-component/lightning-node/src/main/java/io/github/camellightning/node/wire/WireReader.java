// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import io.github.camellightning.node.wire.WireException.Rule;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads BOLT 1's fundamental types one after the other, big-endian and unsigned; a {@code long} of {@code u64} stands
 * for its 64 bits. What cannot be read is a {@link WireException}, and nothing is allocated before its bytes are there.
 */
public final class WireReader {

    private final byte[] bytes;
    private final int end;
    private int position;

    public WireReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public WireReader(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    public int remaining() {
        return end - position;
    }

    public int u8() {
        return (int) bigEndian(1, "u8");
    }

    public int u16() {
        return (int) bigEndian(2, "u16");
    }

    public long u32() {
        return bigEndian(4, "u32");
    }

    public long u64() {
        return bigEndian(8, "u64");
    }

    public long bigSize() {
        return BigSize.read(this);
    }

    /** A truncated integer: all that remains, at most 2 bytes, without leading zeros. */
    public int tu16() {
        return (int) truncated(2);
    }

    /** A truncated integer: all that remains, at most 4 bytes, without leading zeros. */
    public long tu32() {
        return truncated(4);
    }

    /** A truncated integer: all that remains, at most 8 bytes, without leading zeros. */
    public long tu64() {
        return truncated(8);
    }

    /**
     * Copies the next bytes.
     *
     * @param count unsigned, as {@link #bigSize()} gives it
     */
    public byte[] bytes(long count) {
        require(count, "bytes");
        return take((int) count);
    }

    /**
     * Reads the next bytes where they are; this reader goes on behind them.
     *
     * @param count unsigned, as {@link #bigSize()} gives it
     */
    public WireReader slice(long count) {
        require(count, "bytes");
        position += (int) count;
        return new WireReader(bytes, position - (int) count, (int) count);
    }

    /** Copies all that remains. */
    public byte[] rest() {
        return take(remaining());
    }

    /**
     * Holds that nothing remains.
     *
     * @throws WireException naming {@code where} and how much does
     */
    public void requireEnd(String where) {
        if (remaining() > 0) {
            throw new WireException(Rule.TRAILING_BYTES, where + ", " + remaining() + " bytes too long");
        }
    }

    private long truncated(int most) {
        int count = remaining();
        if (count > most) {
            throw new WireException(Rule.TRAILING_BYTES, "tu" + 8 * most + " of " + count + " bytes");
        }
        if (count > 0 && bytes[position] == 0) {
            throw new WireException(Rule.NOT_MINIMAL, "tu" + 8 * most + " with a leading zero");
        }
        return bigEndian(count, "tu");
    }

    private long bigEndian(int count, String type) {
        require(count, type);
        long number = 0;
        for (int i = 0; i < count; i++) {
            number = number << 8 | Byte.toUnsignedLong(bytes[position++]);
        }
        return number;
    }

    private void require(long count, String type) {
        if (Long.compareUnsigned(count, remaining()) > 0) {
            throw new WireException(
                    Rule.TRUNCATED,
                    type + " of " + Long.toUnsignedString(count) + " bytes where " + remaining() + " are left");
        }
    }

    private byte[] take(int count) {
        position += count;
        return Arrays.copyOfRange(bytes, position - count, position);
    }
}

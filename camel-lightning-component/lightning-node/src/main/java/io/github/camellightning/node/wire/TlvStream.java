// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.wire;

import io.github.camellightning.node.wire.WireException.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * A TLV stream of BOLT 1: records of type (BigSize), length (BigSize) and value, whose types ascend. Types are
 * unsigned 64-bit numbers. Immutable; there is one form for each stream, so what was parsed encodes to the same bytes.
 */
public final class TlvStream {

    public static final TlvStream EMPTY = new TlvStream(records());

    private final NavigableMap<Long, byte[]> records;

    private TlvStream(NavigableMap<Long, byte[]> records) {
        this.records = records;
    }

    /**
     * Reads a stream that takes the whole of the bytes.
     *
     * @throws WireException where a record is cut off, a number is not in its shortest form, or types do not ascend
     */
    public static TlvStream parse(byte[] stream) {
        var reader = new WireReader(stream);
        var records = records();
        while (reader.remaining() > 0) {
            long type = reader.bigSize();
            if (!records.isEmpty() && Long.compareUnsigned(type, records.lastKey()) <= 0) {
                throw new WireException(Rule.NOT_ASCENDING, "TLV " + name(type) + " after " + name(records.lastKey()));
            }
            records.put(type, reader.bytes(reader.bigSize()));
        }
        return new TlvStream(records);
    }

    /** @param values by type, unsigned; not copied: leave the arrays alone */
    public static TlvStream of(Map<Long, byte[]> values) {
        var records = records();
        records.putAll(values);
        return new TlvStream(records);
    }

    /** This stream with one more record, or another value of that type. */
    public TlvStream with(long type, byte[] value) {
        var more = records();
        more.putAll(records);
        more.put(type, value.clone());
        return new TlvStream(more);
    }

    /** Ascending, unsigned. */
    public List<Long> types() {
        return List.copyOf(records.keySet());
    }

    /** Returns a copy of the value of that type. */
    public Optional<byte[]> value(long type) {
        return Optional.ofNullable(records.get(type)).map(byte[]::clone);
    }

    /**
     * Holds the stream against the types its reader knows: others may be there where they are odd.
     *
     * @return this
     * @throws WireException naming the first unknown even type
     */
    public TlvStream requireNoUnknownEven(LongPredicate known) {
        for (long type : records.keySet()) {
            if ((type & 1) == 0 && !known.test(type)) {
                throw new WireException(Rule.UNKNOWN_EVEN_TYPE, "TLV " + name(type));
            }
        }
        return this;
    }

    public byte[] encode() {
        var writer = new WireWriter();
        records.forEach(
                (type, value) -> writer.bigSize(type).bigSize(value.length).bytes(value));
        return writer.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlvStream that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }

    @Override
    public String toString() {
        return "TLV stream of " + records.size() + " records";
    }

    private static NavigableMap<Long, byte[]> records() {
        return new TreeMap<>(Long::compareUnsigned);
    }

    private static String name(long type) {
        return "type " + Long.toUnsignedString(type);
    }
}

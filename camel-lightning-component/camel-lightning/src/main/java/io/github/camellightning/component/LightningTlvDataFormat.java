// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.wire.TlvStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.DataFormatName;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Dataformat;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * TLV streams of BOLT 1, between bytes and a Map of type to value. There is one form of each stream, and only that is taken: types ascend, each
 * number in as few bytes as it needs, nothing left over.
 *
 * <p>Unmarshalled types are Longs, those of 2^63 and above BigIntegers, in ascending order; values are {@code byte[]}. Both to look up a value and to
 * marshal, a type may be any whole number or its digits as text; a value to marshal is whatever Camel converts to bytes.
 */
@Dataformat("lightning-tlv")
@Metadata(firstVersion = "0.1.0", title = "Lightning TLV")
public class LightningTlvDataFormat extends ServiceSupport implements DataFormat, DataFormatName {

    @Metadata(
            description =
                    "The types that the reader knows, like 0-2,65537. With it a stream that has another type that is even"
                            + " is refused (BOLT 1: it's OK to be odd); without it all types are taken.")
    private @Nullable String knownTypes;

    private @Nullable TlvTypes known;

    @Override
    public String getDataFormatName() {
        return "lightning-tlv";
    }

    @Override
    public void marshal(Exchange exchange, Object graph, OutputStream stream) throws IOException {
        Map<?, ?> records = exchange.getContext().getTypeConverter().tryConvertTo(Map.class, exchange, graph);
        if (records == null) {
            throw new InvalidMessageException(
                    "The body is a " + graph.getClass().getName() + ": a TLV stream is made of a Map of type to value");
        }
        var values = new HashMap<Long, byte[]>();
        for (Map.Entry<?, ?> record : records.entrySet()) {
            long type = type(record.getKey());
            if (values.put(type, value(exchange, type, record.getValue())) != null) {
                throw new InvalidMessageException(
                        "The body has TLV type " + Long.toUnsignedString(type) + " twice, written in two ways");
            }
        }
        stream.write(TlvStream.of(values).encode());
    }

    private static long type(@Nullable Object key) {
        Long type = TlvTypeOrder.bits(key);
        if (type == null) {
            throw new InvalidMessageException("A key of the body, "
                    + (key == null
                            ? "null"
                            : key.getClass().getName()
                                    + (key instanceof Number || key instanceof String
                                            ? " " + Escaped.of(key.toString(), 40)
                                            : ""))
                    + ", is no TLV type: a whole number within 0 to 2^64-1");
        }
        return type;
    }

    private static byte[] value(Exchange exchange, long type, @Nullable Object value) {
        byte[] bytes = value == null
                ? null
                : exchange.getContext().getTypeConverter().tryConvertTo(byte[].class, exchange, value);
        if (bytes == null) {
            throw new InvalidMessageException("The value of TLV type " + Long.toUnsignedString(type) + " is "
                    + (value == null ? "null" : "a " + value.getClass().getName())
                    + ": nothing converts that to bytes");
        }
        return bytes;
    }

    @Override
    public Object unmarshal(Exchange exchange, InputStream stream) throws IOException {
        TlvStream parsed = TlvStream.parse(stream.readAllBytes());
        TlvTypes types = known;
        if (types != null) {
            parsed.requireNoUnknownEven(types::contains);
        }
        var records = new TreeMap<Object, byte[]>(TlvTypeOrder.UNSIGNED);
        parsed.types()
                .forEach(type -> records.put(
                        type >= 0 ? type : new BigInteger(Long.toUnsignedString(type)),
                        parsed.value(type).orElseThrow()));
        return records;
    }

    public @Nullable String getKnownTypes() {
        return knownTypes;
    }

    public void setKnownTypes(@Nullable String knownTypes) {
        this.known = knownTypes == null ? null : TlvTypes.parse(knownTypes);
        this.knownTypes = knownTypes;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.rune;

import static java.util.Map.entry;

import io.github.camellightning.node.NodeId;
import io.github.camellightning.node.wire.TlvStream;
import io.github.camellightning.node.wire.WireReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECCurve;

/** The fields of an invoice (BOLT 12, and what lightningd has in addition for those that recur), each in the form that its type demands. */
final class Bolt12Fields {

    static final long DESCRIPTION = 10;
    static final long ISSUER = 22;
    static final long PATHS = 160;
    static final long PAYINFO = 162;
    static final long CREATED_AT = 164;
    static final long PAYMENT_HASH = 168;
    static final long AMOUNT = 170;
    static final long NODE = 176;
    static final long SIGNATURE = 240;

    /** Reads a value, or what of it belongs to one element, and throws where the bytes are none. */
    private interface Form {
        void read(WireReader value);
    }

    private static final ECCurve SECP256K1 =
            CustomNamedCurves.getByName("secp256k1").getCurve();
    private static final int HASH = 32;
    /** A short channel id and its direction, 0 or 1, may stand for a node. */
    private static final int LAST_DIRECTION = 1;

    private static final Form RECURRENCE = value -> {
        value.u8();
        value.tu32();
    };
    private static final Form RECURRENCE_BASE = value -> {
        value.u8();
        value.tu64();
    };
    private static final Form PAY_WINDOW = value -> {
        value.u32();
        value.tu32();
    };
    private static final Form BIP_353_NAME = value -> {
        value.slice(value.u8());
        value.slice(value.u8());
    };
    private static final Form FALLBACK = value -> {
        value.u8();
        value.slice(value.u16());
    };
    /** Two fees, the expiry, least and most, and features. */
    private static final Form PAYMENT = value -> {
        value.slice(4 + 4 + 2 + 8 + 8);
        value.slice(value.u16());
    };

    private static final Map<Long, Form> FORMS = Map.ofEntries(
            entry(0L, WireReader::rest),
            entry(2L, each(Bolt12Fields::hash)),
            entry(4L, WireReader::rest),
            entry(6L, Bolt12Fields::text),
            entry(8L, WireReader::tu64),
            entry(DESCRIPTION, Bolt12Fields::text),
            entry(12L, WireReader::rest),
            entry(14L, WireReader::tu64),
            entry(16L, each(Bolt12Fields::path)),
            entry(18L, Bolt12Fields::text),
            entry(20L, WireReader::tu64),
            entry(ISSUER, Bolt12Fields::point),
            entry(80L, Bolt12Fields::hash),
            entry(82L, WireReader::tu64),
            entry(84L, WireReader::rest),
            entry(86L, WireReader::tu64),
            entry(88L, Bolt12Fields::point),
            entry(89L, Bolt12Fields::text),
            entry(90L, each(Bolt12Fields::path)),
            entry(91L, BIP_353_NAME),
            entry(PATHS, each(Bolt12Fields::paymentPath)),
            entry(PAYINFO, each(PAYMENT)),
            entry(CREATED_AT, WireReader::tu64),
            entry(166L, WireReader::tu32),
            entry(PAYMENT_HASH, Bolt12Fields::hash),
            entry(AMOUNT, WireReader::tu64),
            entry(172L, each(FALLBACK)),
            entry(174L, WireReader::rest),
            entry(NODE, Bolt12Fields::point),
            entry(SIGNATURE, value -> value.slice(Bip340.SIGNATURE)),
            entry(1_000_000_024L, RECURRENCE),
            entry(1_000_000_025L, RECURRENCE),
            entry(1_000_000_026L, RECURRENCE_BASE),
            entry(1_000_000_027L, PAY_WINDOW),
            entry(1_000_000_029L, WireReader::tu32),
            entry(2_000_000_092L, WireReader::tu32),
            entry(2_000_000_093L, WireReader::tu32),
            entry(3_000_000_177L, WireReader::tu64));

    private Bolt12Fields() {}

    /**
     * Other types may be there where they are odd.
     *
     * @throws io.github.camellightning.node.wire.WireException where it is no such stream
     * @throws IllegalArgumentException where a value is not what its type demands
     */
    static TlvStream parse(byte[] bytes) {
        TlvStream stream = TlvStream.parse(bytes).requireNoUnknownEven(FORMS::containsKey);
        for (long type : stream.types()) {
            Form form = FORMS.get(type);
            if (form != null) {
                var value = new WireReader(stream.value(type).orElseThrow());
                form.read(value);
                value.requireEnd("TLV type " + type);
            }
        }
        return stream;
    }

    /** @throws IllegalArgumentException where there is none */
    static byte[] required(TlvStream stream, long type, String name) {
        return stream.value(type).orElseThrow(() -> new IllegalArgumentException("No " + name));
    }

    /** What a stream that was parsed has of invoice_paths. */
    static int paths(byte[] value) {
        return count(value, path -> path(path, point -> {}));
    }

    /** What a stream that was parsed has of invoice_blindedpay. */
    static int payments(byte[] value) {
        return count(value, PAYMENT);
    }

    private static int count(byte[] value, Form form) {
        var reader = new WireReader(value);
        int count = 0;
        for (; reader.remaining() > 0; count++) {
            form.read(reader);
        }
        return count;
    }

    private static Form each(Form element) {
        return value -> {
            while (value.remaining() > 0) {
                element.read(value);
            }
        };
    }

    private static void hash(WireReader value) {
        value.slice(HASH);
    }

    private static void text(WireReader value) {
        utf8(value.rest());
    }

    /** @throws IllegalArgumentException where it is none */
    static String utf8(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') < 0) {
                return text;
            }
            throw new IllegalArgumentException("A text has a NUL character");
        } catch (CharacterCodingException notUtf8) {
            throw new IllegalArgumentException("A text is not UTF-8", notUtf8);
        }
    }

    private static void point(WireReader value) {
        requireOnCurve(value.bytes(NodeId.LENGTH));
    }

    private static void requireOnCurve(byte[] point) {
        try {
            SECP256K1.decodePoint(point);
        } catch (IllegalArgumentException none) {
            throw new IllegalArgumentException("A point is not on the curve", none);
        }
    }

    private static void path(WireReader value) {
        path(value, Bolt12Fields::requireOnCurve);
    }

    private static void paymentPath(WireReader value) {
        if (path(value, Bolt12Fields::requireOnCurve) == 0) {
            throw new IllegalArgumentException("A path has no hops");
        }
    }

    /** Where it starts, its key, and its hops with what each is told. Returns how many those are. */
    private static int path(WireReader value, Consumer<byte[]> point) {
        int start = value.u8();
        if (start <= LAST_DIRECTION) {
            value.u64();
        } else {
            byte[] x = value.bytes(NodeId.LENGTH - 1);
            point.accept(
                    ByteBuffer.allocate(NodeId.LENGTH).put((byte) start).put(x).array());
        }
        point.accept(value.bytes(NodeId.LENGTH));
        int hops = value.u8();
        for (int hop = 0; hop < hops; hop++) {
            point.accept(value.bytes(NodeId.LENGTH));
            value.slice(value.u16());
        }
        return hops;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.delivery.DeliveryMessage.Answer;
import io.github.camellightning.node.delivery.DeliveryMessage.Handled;
import io.github.camellightning.node.delivery.DeliveryMessage.Have;
import io.github.camellightning.node.delivery.DeliveryMessage.Part;
import io.github.camellightning.node.delivery.DeliveryMessage.Query;
import io.github.camellightning.node.delivery.DeliveryMessage.Refused;
import io.github.camellightning.node.wire.BigSize;
import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.node.wire.WireException.Rule;
import io.github.camellightning.node.wire.WireReader;
import io.github.camellightning.node.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages as TLV streams of BOLT 1. Records of unknown odd types are passed over, of unknown even types the message is. */
final class DeliveryCodec {

    /** Of bytes in one part, so that all else fits beside them into one message. */
    static final int MAX_PART = 64_000;

    /** Of messages that go together, with what stands between them. */
    static final int MAX_TOGETHER = 64_000;

    /** At most, before each of several messages. */
    static final int BETWEEN = 3;

    /** Room for all that is not the body of a part, without labels. */
    private static final int MOST_BESIDES = 64;

    static final int MAX_IDS = 2_000;
    static final int MAX_REASON = 255;

    private static final int ID = 0;
    private static final int PART = 2;
    private static final int COUNT = 4;
    private static final int TOTAL = 6;
    private static final int BODY = 8;
    private static final int CONTENT_TYPE = 11;
    private static final int NAME = 13;
    private static final int EXPIRES = 15;
    private static final int TRACEPARENT = 17;
    private static final int SEVERAL = 20;

    private static final int STATUS = 2;
    private static final int NEXT = 4;
    private static final int WINDOW = 6;
    private static final int REASON = 7;

    private static final int HANDLED = 0;
    private static final int REFUSED_FOR_NOW = 1;
    private static final int REFUSED_FOR_GOOD = 2;
    private static final int PROGRESS = 3;
    private static final int GO_BACK = 4;

    private DeliveryCodec() {}

    static byte[] encode(Part part) {
        var out = id(part.id(), MOST_BESIDES + part.bytes().length);
        number(out, PART, part.part());
        number(out, COUNT, part.count());
        number(out, TOTAL, part.total());
        record(out, BODY, part.bytes());
        EnvelopeLabels labels = part.labels();
        text(out, CONTENT_TYPE, labels.contentType());
        text(out, NAME, labels.name());
        if (labels.expiresAt() != 0) {
            number(out, EXPIRES, labels.expiresAt());
        }
        text(out, TRACEPARENT, labels.traceparent());
        return out.toByteArray();
    }

    static byte[] encode(Query query) {
        return id(query.id(), MOST_BESIDES).toByteArray();
    }

    static byte[] encode(Answer answer) {
        if (answer instanceof Handled handled) {
            int bytes = EnvelopeId.BYTES * handled.ids().size();
            var out = new WireWriter(MOST_BESIDES + bytes).bigSize(ID).bigSize(bytes);
            handled.ids().forEach(id -> out.u64(id.high()).u64(id.low()));
            record(out, STATUS, new byte[] {HANDLED});
            return out.toByteArray();
        }
        if (answer instanceof Refused refused) {
            var out = id(refused.id(), MOST_BESIDES);
            record(out, STATUS, new byte[] {(byte) (refused.again() ? REFUSED_FOR_NOW : REFUSED_FOR_GOOD)});
            text(out, REASON, refused.reason());
            return out.toByteArray();
        }
        Have have = (Have) answer;
        var out = id(have.id(), MOST_BESIDES);
        record(out, STATUS, new byte[] {(byte) (have.goBack() ? GO_BACK : PROGRESS)});
        number(out, NEXT, have.next());
        number(out, WINDOW, have.window());
        return out.toByteArray();
    }

    /** Several messages as one. */
    static byte[] together(List<byte[]> messages) {
        int bytes = messages.stream()
                .mapToInt(message -> BigSize.length(message.length) + message.length)
                .sum();
        var out = new WireWriter(MOST_BESIDES + bytes).bigSize(SEVERAL).bigSize(bytes);
        messages.forEach(message -> out.bigSize(message.length).bytes(message));
        return out.toByteArray();
    }

    /**
     * The messages that came as one, or the one that came.
     *
     * @throws WireException where it cannot be told where one of them ends
     */
    static List<byte[]> apart(byte[] message) {
        if (message.length == 0 || message[0] != SEVERAL) {
            return List.of(message);
        }
        var records = new Records(message);
        records.next();
        WireReader all = records.value();
        while (records.next()) {
            records.passOver();
        }
        var messages = new ArrayList<byte[]>();
        while (all.remaining() > 0) {
            messages.add(all.bytes(all.bigSize()));
        }
        return messages;
    }

    private static WireWriter id(EnvelopeId id, int room) {
        var out = new WireWriter(room);
        out.bigSize(ID).bigSize(EnvelopeId.BYTES).u64(id.high()).u64(id.low());
        return out;
    }

    private static void record(WireWriter out, int type, byte[] value) {
        out.bigSize(type).bigSize(value.length).bytes(value);
    }

    private static void text(WireWriter out, int type, @Nullable String text) {
        if (text != null) {
            record(out, type, EnvelopeLabels.bytes(text));
        }
    }

    private static void number(WireWriter out, int type, long number) {
        out.bigSize(type).bigSize(WireWriter.truncatedLength(number)).tu64(number);
    }

    /**
     * Reads a message of the sender.
     *
     * @throws WireException where it is none
     */
    static DeliveryMessage parse(byte[] message) {
        var records = new Records(message);
        EnvelopeId id = records.requireId();
        Long part = null;
        Long count = null;
        Long total = null;
        byte[] body = null;
        String contentType = null;
        String name = null;
        String traceparent = null;
        long expiresAt = 0;
        while (records.next()) {
            switch (records.kind()) {
                case PART -> part = records.number();
                case COUNT -> count = records.number();
                case TOTAL -> total = records.number();
                case BODY -> body = records.bytes();
                case CONTENT_TYPE -> contentType = records.label();
                case NAME -> name = records.label();
                case EXPIRES -> expiresAt = records.number();
                case TRACEPARENT -> traceparent = records.label();
                default -> records.passOver();
            }
        }
        if (part == null && count == null && total == null && body == null) {
            return new Query(id);
        }
        if (part == null || count == null || total == null || body == null) {
            throw new WireException(Rule.TRUNCATED, "Part of an envelope");
        }
        var labels = EnvelopeLabels.received(contentType, name, expiresAt, traceparent);
        return new Part(id, part, count, total, labels, body);
    }

    /**
     * Reads a message of the receiver.
     *
     * @throws WireException where it is none
     */
    static Answer parseAnswer(byte[] message) {
        var records = new Records(message);
        List<EnvelopeId> ids = records.requireIds();
        int status = -1;
        long next = 0;
        long window = 0;
        String reason = "";
        while (records.next()) {
            switch (records.kind()) {
                case STATUS -> status = records.oneByte();
                case NEXT -> next = records.number();
                case WINDOW -> window = records.number();
                case REASON -> reason = records.text();
                default -> records.passOver();
            }
        }
        if (status == HANDLED) {
            return new Handled(ids);
        }
        if (ids.size() != 1) {
            throw new WireException(
                    Rule.TRAILING_BYTES, "An answer of status " + status + " for " + ids.size() + " ids");
        }
        EnvelopeId id = ids.get(0);
        return switch (status) {
            case REFUSED_FOR_NOW, REFUSED_FOR_GOOD -> new Refused(id, status == REFUSED_FOR_NOW, reason);
            case PROGRESS, GO_BACK -> new Have(id, next, (int) Math.min(window, Integer.MAX_VALUE), status == GO_BACK);
            default -> throw new WireException(Rule.UNKNOWN_EVEN_TYPE, "Status " + status + " of an answer");
        };
    }

    /** One record after the other, ascending. */
    private static final class Records {

        private final WireReader reader;
        private boolean begun;
        private long type;
        private WireReader value = new WireReader(new byte[0]);

        Records(byte[] message) {
            reader = new WireReader(message);
        }

        boolean next() {
            if (reader.remaining() == 0) {
                return false;
            }
            long before = type;
            type = reader.bigSize();
            if (begun && Long.compareUnsigned(type, before) <= 0) {
                throw new WireException(Rule.NOT_ASCENDING, "Record " + Long.toUnsignedString(type));
            }
            begun = true;
            value = reader.slice(reader.bigSize());
            return true;
        }

        private void requireFirst() {
            if (!next() || type != ID) {
                throw new WireException(Rule.TRUNCATED, "The id of an envelope");
            }
        }

        EnvelopeId requireId() {
            requireFirst();
            EnvelopeId id = EnvelopeId.read(value);
            value.requireEnd("The id of an envelope");
            return id;
        }

        List<EnvelopeId> requireIds() {
            requireFirst();
            var ids = new ArrayList<EnvelopeId>(Math.min(MAX_IDS, value.remaining() / EnvelopeId.BYTES));
            do {
                ids.add(EnvelopeId.read(value));
            } while (value.remaining() > 0);
            return ids;
        }

        long number() {
            long number = value.tu64();
            if (number < 0) {
                throw new WireException(Rule.TRAILING_BYTES, "A number beyond 63 bits in record " + type);
            }
            return number;
        }

        int oneByte() {
            int number = value.u8();
            value.requireEnd("Record " + type);
            return number;
        }

        WireReader value() {
            return value;
        }

        byte[] bytes() {
            return value.rest();
        }

        String text() {
            return new String(value.rest(), StandardCharsets.UTF_8);
        }

        /** Null where it is longer than a label may be. */
        @Nullable
        String label() {
            return value.remaining() > EnvelopeLabels.MAX_BYTES ? null : text();
        }

        /** The type, where it may be one that is known. */
        int kind() {
            return type >= 0 && type <= TRACEPARENT ? (int) type : -1;
        }

        void passOver() {
            if ((type & 1) == 0) {
                throw new WireException(Rule.UNKNOWN_EVEN_TYPE, "Record " + Long.toUnsignedString(type));
            }
        }
    }
}

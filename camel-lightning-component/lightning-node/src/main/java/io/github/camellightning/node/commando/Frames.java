// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.commando;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.MessageTypes;
import java.nio.ByteBuffer;

/**
 * The messages that carry commando ({@code lightning-commando(7)}): a request or a reply, cut into parts.
 *
 * <pre>
 * | type, 2 | id, 8 | JSON, 0 to 65,000 |
 * </pre>
 *
 * The last part has a type of its own. Numbers are big-endian.
 */
final class Frames {

    static final int MAX_JSON = 65_000;
    /** A longer one is never answered. */
    static final int MAX_REQUEST = 1 << 20;
    /** Before the JSON, behind the type. */
    static final int HEADER = Long.BYTES;

    private Frames() {}

    /** How many parts a request of so many bytes has: at least one. */
    static int parts(int length) {
        return Math.max(1, (length + MAX_JSON - 1) / MAX_JSON);
    }

    static CustomMessage request(long id, byte[] json, int part) {
        int from = part * MAX_JSON;
        int length = Math.min(MAX_JSON, json.length - from);
        boolean last = from + length == json.length;
        byte[] payload = ByteBuffer.allocate(HEADER + length)
                .putLong(id)
                .put(json, from, length)
                .array();
        return new CustomMessage(
                last ? MessageTypes.COMMANDO_REQUEST_LAST : MessageTypes.COMMANDO_REQUEST_MORE, payload);
    }

    static boolean hasId(CustomMessage frame) {
        return frame.payload().length >= HEADER;
    }

    static long id(CustomMessage frame) {
        return ByteBuffer.wrap(frame.payload()).getLong();
    }

    static boolean isLastOfRequest(CustomMessage frame) {
        return frame.type() == MessageTypes.COMMANDO_REQUEST_LAST;
    }

    /** @param json what stands behind the number, {@link #HEADER} bytes of room in front of it */
    static CustomMessage reply(long id, boolean last, byte[] json) {
        ByteBuffer.wrap(json).putLong(id);
        return new CustomMessage(last ? MessageTypes.COMMANDO_REPLY_LAST : MessageTypes.COMMANDO_REPLY_MORE, json);
    }

    static boolean isLastOfReply(CustomMessage frame) {
        return frame.type() == MessageTypes.COMMANDO_REPLY_LAST;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.peer;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.Escaped;
import io.github.camellightning.node.MessageTypes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** BOLT 1's own messages, made and read. */
final class ControlMessages {

    static final int CHANNEL_ID = 32;
    /** From here on a ping asks for no answer. */
    static final int NO_PONG = 65_532;
    /** A pong has its length before its bytes. */
    static final int PONG_LENGTH_BYTES = 2;

    private static final int MAX_LOGGED = 256;

    private ControlMessages() {}

    /** Asks for one byte: enough to know that the peer lives. */
    static CustomMessage ping() {
        return new CustomMessage(
                MessageTypes.PING,
                ByteBuffer.allocate(4).putShort((short) 1).putShort((short) 0).array());
    }

    /** @throws ProtocolException where it is shorter than it says */
    static int pongBytesAsked(byte[] ping) {
        var in = ByteBuffer.wrap(ping);
        if (in.remaining() < 4) {
            throw new ProtocolException("a ping of " + ping.length + " bytes is too short", true);
        }
        int asked = in.getShort() & 0xffff;
        if ((in.getShort() & 0xffff) > in.remaining()) {
            throw new ProtocolException("a ping is shorter than it says", true);
        }
        return asked;
    }

    static CustomMessage pong(int bytes) {
        return new CustomMessage(
                MessageTypes.PONG,
                ByteBuffer.allocate(PONG_LENGTH_BYTES + bytes)
                        .putShort((short) bytes)
                        .array());
    }

    /** A warning about the whole connection. */
    static CustomMessage warning(String text) {
        return withText(MessageTypes.WARNING, new byte[CHANNEL_ID], text);
    }

    /** An error about one channel that was never opened; any other channel id could close one that a real node has. */
    static CustomMessage error(byte[] temporaryChannelId, String text) {
        return withText(MessageTypes.ERROR, temporaryChannelId, text);
    }

    private static CustomMessage withText(int type, byte[] channelId, String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        return new CustomMessage(
                type,
                ByteBuffer.allocate(CHANNEL_ID + 2 + data.length)
                        .put(channelId)
                        .putShort((short) data.length)
                        .put(data)
                        .array());
    }

    /** The text of a received error or warning, fit for a log. */
    static String text(byte[] errorOrWarning) {
        if (errorOrWarning.length < CHANNEL_ID + 2) {
            return "(too short)";
        }
        return Escaped.of(Arrays.copyOfRange(errorOrWarning, CHANNEL_ID + 2, errorOrWarning.length), MAX_LOGGED);
    }
}

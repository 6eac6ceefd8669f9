// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what arrives on a socket or from a plugin into JSON-RPC messages, as forgiving and as unforgiving as lightningd:
 * commas too many pass, a NUL byte hides all that follows it, and nothing is looked at before a closing brace is there.
 * All that has arrived is looked at together, so a message can be spoiled by what was written behind it.
 */
final class MessageReader {

    /** What is not JSON, or no JSON-RPC message; {@link #quotation} is lightningd's answer as a JSON string. */
    static final class Unparseable extends Exception {
        private final byte[] words;

        private Unparseable(String complaint, byte[] input) {
            super(complaint);
            var all = new ByteArrayOutputStream(complaint.length() + input.length + 3);
            all.writeBytes(Json.ascii(complaint + " '"));
            all.writeBytes(input);
            all.write('\'');
            this.words = all.toByteArray();
        }

        byte[] quotation() {
            return Json.quote(words);
        }

        String words() {
            return new String(words, StandardCharsets.UTF_8);
        }
    }

    private final Structure structure = new Structure();
    private byte[] buffer = new byte[4096];
    private int start;
    private int length;
    private int lastBrace = -1;

    void append(ByteBuffer bytes) {
        int count = bytes.remaining();
        if (length + count > buffer.length) {
            makeRoom(count);
        }
        bytes.get(buffer, length, count);
        for (int i = length + count - 1; i >= length; i--) {
            if (buffer[i] == '}') {
                lastBrace = i;
                break;
            }
        }
        length += count;
    }

    /** The next whole message, or null where more has to arrive. */
    @Nullable
    Token next() throws Unparseable {
        if (lastBrace < start) {
            return null;
        }
        if (!structure.scan(buffer, length)) {
            throw unparseable();
        }
        Integer end = structure.end();
        if (end == null) {
            return null;
        }
        Token message;
        try {
            message = TokenParser.parse(Arrays.copyOfRange(buffer, start, end));
        } catch (IllegalArgumentException notJson) {
            throw unparseable();
        }
        if (message.member("jsonrpc") == null) {
            throw new Unparseable("JSON-RPC message does not contain \"jsonrpc\" field:", waiting());
        }
        structure.next();
        start = end;
        return message;
    }

    private Unparseable unparseable() {
        return new Unparseable("Failed to parse RPC JSON response", waiting());
    }

    private byte[] waiting() {
        return Arrays.copyOfRange(buffer, start, length);
    }

    private void makeRoom(int count) {
        int waiting = length - start;
        byte[] roomier =
                waiting + count > buffer.length ? new byte[Math.max(waiting + count, 2 * buffer.length)] : buffer;
        System.arraycopy(buffer, start, roomier, 0, waiting);
        structure.shift(start);
        lastBrace -= start;
        length = waiting;
        start = 0;
        buffer = roomier;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.cln.plugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camellightning.node.jsonrpc.ProtocolException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What lightningd says, one message after the other. One that is no JSON spoils none that follows. */
final class PluginInput {

    private static final int SIZE = 16 * 1024;
    private static final int LARGEST_KEPT = 1024 * 1024;

    private final InputStream in;
    private final JsonMapper json;
    private final MessageCutter cutter = new MessageCutter();
    private byte[] buffer = new byte[SIZE];
    private int start;
    private int seen;
    private int end;

    PluginInput(InputStream in, JsonMapper json) {
        this.in = in;
        this.json = json;
    }

    /**
     * Waits for the next message.
     *
     * @return null at the end of the stream. Without its member {@code params} where these cannot be read
     * @throws ProtocolException where no more message can be found
     */
    @Nullable
    JsonNode next() throws IOException, ProtocolException {
        int cut;
        while ((cut = cutter.endOfMessage(buffer, seen, end)) < 0) {
            seen = end;
            makeRoom();
            int count = in.read(buffer, end, buffer.length - end);
            if (count < 0) {
                return null;
            }
            end += count;
        }
        int from = start;
        start = cut;
        seen = cut;
        return parsed(from, cut);
    }

    private void makeRoom() {
        // what lightningd ends a message with comes along with it
        while (start < end && MessageCutter.isSpace(buffer[start])) {
            start++;
        }
        int waiting = end - start;
        if (waiting == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        } else if (waiting == 0 && buffer.length > LARGEST_KEPT) {
            buffer = new byte[SIZE];
        } else if (waiting > 0 && end == buffer.length) {
            System.arraycopy(buffer, start, buffer, 0, waiting);
        } else if (waiting > 0) {
            return;
        }
        start = 0;
        seen = waiting;
        end = waiting;
    }

    private JsonNode parsed(int from, int to) throws IOException, ProtocolException {
        try {
            return json.readTree(buffer, from, to - from);
        } catch (JsonProcessingException | ArithmeticException | NumberFormatException odd) {
            return lenient(from, to);
        }
    }

    private JsonNode lenient(int from, int to) throws ProtocolException {
        try {
            return LenientJson.read(json, buffer, from, to);
        } catch (IndexOutOfBoundsException | NumberFormatException broken) {
            throw new ProtocolException("a message is none that lightningd would have let pass");
        }
    }
}

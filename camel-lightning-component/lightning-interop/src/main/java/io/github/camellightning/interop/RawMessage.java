// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.interop;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A Lightning message as it is on the wire: a 16-bit type and its payload. */
public record RawMessage(int type, byte[] payload) {

    public static RawMessage decode(byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes);
        var type = Short.toUnsignedInt(buffer.getShort());
        var payload = new byte[buffer.remaining()];
        buffer.get(payload);
        return new RawMessage(type, payload);
    }

    public byte[] encode() {
        return ByteBuffer.allocate(Short.BYTES + payload.length)
                .putShort((short) type)
                .put(payload)
                .array();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawMessage that && type == that.type && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(payload);
    }

    @Override
    public String toString() {
        return "RawMessage[type=" + type + ", " + payload.length + " bytes]";
    }
}

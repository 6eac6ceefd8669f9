// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.onion;

import io.github.camellightning.node.wire.WireException;
import io.github.camellightning.node.wire.WireReader;
import io.github.camellightning.node.wire.WireWriter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a failed payment brings back (BOLT 4, "Returning Errors"): an HMAC of 32 bytes, the failure message and padding, each with its length of two bytes,
 * 292 bytes in all. Each node on the way hides it once more, and only the sender can tell whose it is.
 */
public final class FailureOnion {

    /** Shorter messages are padded, so that nobody sees from the length who failed. */
    private static final int PADDED = 256;

    /**
     * What the sender has read.
     *
     * @param index of the node that failed, 0 the first behind the sender
     * @param message two bytes that say what failed, see {@link FailureCode}, and what belongs to that
     */
    public record Told(int index, byte[] message) {}

    private FailureOnion() {}

    /**
     * Of the node that failed, which then hides it as the others do.
     *
     * @param message of at most 256 bytes
     */
    public static byte[] create(byte[] sharedSecret, byte[] message) {
        byte[] told = new WireWriter()
                .u16(message.length)
                .bytes(message)
                .u16(PADDED - message.length)
                .bytes(new byte[PADDED - message.length])
                .toByteArray();
        return new WireWriter()
                .bytes(Hashes.hmac(OnionKeys.key("um", sharedSecret), told))
                .bytes(told)
                .toByteArray();
    }

    /** What each node does to it that hands it back. */
    public static byte[] hide(byte[] sharedSecret, byte[] onion) {
        return OnionKeys.xor(onion, "ammag", sharedSecret);
    }

    /** Null where it cannot be read with these secrets, which are in the order of the way. */
    public static @Nullable Told read(List<byte[]> sharedSecrets, byte[] onion) {
        byte[] shown = onion;
        for (int i = 0; i < sharedSecrets.size() && shown.length > Hashes.LENGTH; i++) {
            shown = hide(sharedSecrets.get(i), shown);
            byte[] hmac = Arrays.copyOf(shown, Hashes.LENGTH);
            byte[] told = Arrays.copyOfRange(shown, Hashes.LENGTH, shown.length);
            if (Arrays.equals(hmac, Hashes.hmac(OnionKeys.key("um", sharedSecrets.get(i)), told))) {
                return told(i, told);
            }
        }
        return null;
    }

    private static @Nullable Told told(int index, byte[] told) {
        try {
            var reader = new WireReader(told);
            byte[] message = reader.bytes(reader.u16());
            return message.length < Short.BYTES ? null : new Told(index, message);
        } catch (WireException tooShort) {
            return null;
        }
    }
}

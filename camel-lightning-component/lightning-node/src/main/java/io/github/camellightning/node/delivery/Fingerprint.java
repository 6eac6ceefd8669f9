// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import io.github.camellightning.node.delivery.DeliveryMessage.Part;
import java.util.zip.CRC32C;

/**
 * What tells an envelope that comes again from another with the same id: its size, and where it is one part its content too. Of several parts the
 * first is not always the same, for how they are cut is for the sender to say each time.
 */
record Fingerprint(long total, long checksum) {

    private static final long NONE = -1;

    static Fingerprint of(Part part) {
        return new Fingerprint(part.total(), part.count() == 1 ? checksum(part.bytes()) : NONE);
    }

    private static long checksum(byte[] bytes) {
        var checksum = new CRC32C();
        checksum.update(bytes);
        return checksum.getValue();
    }

    /** @return why that part is another envelope's; empty where it may be the same */
    String difference(Part part) {
        if (part.total() != total) {
            return "of " + total + " bytes";
        }
        return checksum == NONE || part.count() != 1 || checksum == checksum(part.bytes()) ? "" : "of the same size";
    }
}

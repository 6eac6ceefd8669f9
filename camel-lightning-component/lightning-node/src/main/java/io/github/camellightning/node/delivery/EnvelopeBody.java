// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node.delivery;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The body of an envelope to be sent: of a known size, and to be read from the start again where the receiver has lost what it had. */
public interface EnvelopeBody {

    /** In bytes. */
    long size();

    /** From the first byte. Closed by who asked for it. */
    InputStream open() throws IOException;

    /** All of it, where it is in memory; then it is not opened. */
    default byte @Nullable [] inMemory() {
        return null;
    }

    /** Not copied: leave the array alone until the envelope is done. */
    static EnvelopeBody of(byte[] bytes) {
        return new EnvelopeBody() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }

            @Override
            public byte[] inMemory() {
                return bytes;
            }
        };
    }

    /** A file that stays as it is until the envelope is done. */
    static EnvelopeBody of(Path file) throws IOException {
        long size = Files.size(file);
        return new EnvelopeBody() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(file);
            }
        };
    }
}

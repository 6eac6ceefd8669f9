// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** Bytes that came from elsewhere: in memory, or where they are many in a file without a name. */
public sealed interface Content extends AutoCloseable {

    /** Not copied: leave the array alone. */
    static Content of(byte[] bytes) {
        return new InMemory(bytes, bytes.length);
    }

    /** In bytes. */
    long size();

    /** From the first byte, each time anew; closing it closes no more than itself. */
    InputStream stream();

    /** Nothing can be read afterwards. Idempotent. */
    @Override
    void close();

    /** The first so many bytes of an array. */
    final class InMemory implements Content {
        private final byte[] bytes;
        private final int length;

        InMemory(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
        }

        @Override
        public long size() {
            return length;
        }

        @Override
        public InputStream stream() {
            return new ByteArrayInputStream(bytes, 0, length);
        }

        @Override
        public void close() {}
    }

    /** The file is gone from its directory already; the operating system frees it when the channel is closed. */
    record InFile(FileChannel file, long size) implements Content {
        @Override
        public InputStream stream() {
            return new FileStream(file);
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Reads with a position of its own, so that any number of streams read one file. */
    final class FileStream extends InputStream {
        private final FileChannel file;
        private long position;

        private FileStream(FileChannel file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            int read = file.read(ByteBuffer.wrap(into, offset, length), position);
            position += Math.max(0, read);
            return read;
        }

        @Override
        public long skip(long wanted) throws IOException {
            long skipped = Math.max(0, Math.min(wanted, file.size() - position));
            position += skipped;
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(Integer.MAX_VALUE, file.size() - position);
        }
    }
}

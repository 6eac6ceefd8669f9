// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.ResultBuffer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/** Reads streams and files, on the route's thread: into memory, or where they are long into a file without a name. */
final class SpooledBody {

    private static final int IN_MEMORY = 64 << 10;

    private SpooledBody() {}

    static boolean isStreamOrFile(Object body) {
        return body instanceof StreamCache || body instanceof InputStream || file(body) != null;
    }

    /** The file that a body is, if it is one. */
    static @Nullable Path file(Object body) {
        Object file = body instanceof WrappedFile<?> wrapped ? wrapped.getFile() : body;
        if (file instanceof File local) {
            return local.toPath();
        }
        return file instanceof Path path ? path : null;
    }

    static ResultBuffer of(Object body) throws IOException {
        var buffer = new ResultBuffer(IN_MEMORY, Long.MAX_VALUE, Path.of(System.getProperty("java.io.tmpdir")));
        boolean whole = false;
        try {
            read(body, into(buffer));
            whole = true;
        } finally {
            if (!whole) {
                buffer.discard();
            }
        }
        if (buffer.failure() != null) {
            throw new IOException("A body of " + buffer.size() + " bytes could not be kept", buffer.failure());
        }
        return buffer;
    }

    private static void read(Object body, OutputStream into) throws IOException {
        Path file = file(body);
        if (file != null) {
            Files.copy(file, into);
        } else if (body instanceof StreamCache cache) {
            cache.reset();
            cache.writeTo(into);
            cache.reset();
        } else {
            ((InputStream) body).transferTo(into);
        }
    }

    private static OutputStream into(ResultBuffer buffer) {
        return new OutputStream() {
            @Override
            public void write(int one) {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                buffer.append(bytes, offset, length);
            }
        };
    }
}

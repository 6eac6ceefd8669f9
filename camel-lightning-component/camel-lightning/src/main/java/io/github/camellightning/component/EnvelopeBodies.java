// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.Content;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.ResultBuffer;
import io.github.camellightning.node.delivery.EnvelopeBody;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** Bodies of any size, so that they can be read from the start as often as a receiver loses what it had. */
final class EnvelopeBodies {

    private static final int IN_MEMORY = 64 << 10;

    private EnvelopeBodies() {}

    /** @throws InvalidMessageException where there is no body, or nothing converts it to bytes */
    static EnvelopeBody of(Message message) throws IOException {
        Object body = message.getBody();
        if (body == null) {
            throw new InvalidMessageException("The body is null: an envelope has a body, which may be empty");
        }
        Path file = file(body);
        if (file != null) {
            return EnvelopeBody.of(file);
        }
        if (body instanceof StreamCache || body instanceof InputStream) {
            return kept(body, message.getExchange());
        }
        byte[] bytes = message.getExchange()
                .getContext()
                .getTypeConverter()
                .tryConvertTo(byte[].class, message.getExchange(), body);
        if (bytes == null) {
            throw new InvalidMessageException("The body is a " + body.getClass().getName()
                    + ": nothing converts that to bytes; a String, byte[], file or stream is sent as it is");
        }
        return EnvelopeBody.of(bytes);
    }

    private static @Nullable Path file(Object body) {
        Object file = body instanceof WrappedFile<?> wrapped ? wrapped.getFile() : body;
        if (file instanceof File local) {
            return local.toPath();
        }
        return file instanceof Path path ? path : null;
    }

    /** Read once, on the route's thread: into memory, or where it is long into a file that goes with the exchange. */
    private static EnvelopeBody kept(Object body, Exchange exchange) throws IOException {
        var buffer = new ResultBuffer(IN_MEMORY, Long.MAX_VALUE, Path.of(System.getProperty("java.io.tmpdir")));
        var into = new OutputStream() {
            @Override
            public void write(int one) {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                buffer.append(bytes, offset, length);
            }
        };
        if (body instanceof StreamCache cache) {
            cache.reset();
            cache.writeTo(into);
            cache.reset();
        } else {
            ((InputStream) body).transferTo(into);
        }
        if (buffer.failure() != null) {
            throw new IOException("A body of " + buffer.size() + " bytes could not be kept", buffer.failure());
        }
        Content content = buffer.content();
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                content.close();
            }
        });
        return new Kept(content);
    }

    private record Kept(Content content) implements EnvelopeBody {

        @Override
        public long size() {
            return content.size();
        }

        @Override
        public InputStream open() {
            return content.stream();
        }

        @Override
        public byte @Nullable [] inMemory() {
            return content.stream() instanceof ByteArrayInputStream small ? small.readAllBytes() : null;
        }
    }
}

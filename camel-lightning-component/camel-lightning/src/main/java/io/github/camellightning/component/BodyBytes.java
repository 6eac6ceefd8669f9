// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.CustomMessage;
import io.github.camellightning.node.InvalidMessageException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/** A body as the payload of one message. */
final class BodyBytes {

    private BodyBytes() {}

    /**
     * The bytes of the body, which stays what it is; of what may be long only as much is read as fits.
     *
     * @throws InvalidMessageException where there is no body, nothing converts it, or it is longer than a message
     */
    static byte[] of(Message message) throws IOException {
        Object body = message.getBody();
        if (body == null) {
            throw new InvalidMessageException(
                    "The body is null: a message has a payload of 0 to " + CustomMessage.MAX_PAYLOAD + " bytes");
        }
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof ByteBuffer buffer) {
            return requireFitting(buffer);
        }
        return isLong(body) ? read(body, message.getExchange()) : convert(body, message.getExchange());
    }

    private static boolean isLong(Object body) {
        return body instanceof InputStream
                || body instanceof StreamCache
                || body instanceof Reader
                || body instanceof File
                || body instanceof Path
                || body instanceof WrappedFile<?>;
    }

    private static byte[] requireFitting(ByteBuffer buffer) {
        if (buffer.remaining() > CustomMessage.MAX_PAYLOAD) {
            throw tooLong("of " + buffer.remaining() + " bytes");
        }
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] read(Object body, Exchange exchange) throws IOException {
        if (body instanceof StreamCache cache) {
            cache.reset();
        }
        InputStream stream = convertTo(InputStream.class, body, exchange);
        if (stream == null) {
            return convert(body, exchange);
        }
        try {
            byte[] bytes = stream.readNBytes(CustomMessage.MAX_PAYLOAD + 1);
            if (bytes.length > CustomMessage.MAX_PAYLOAD) {
                throw tooLong("that goes on");
            }
            return bytes;
        } finally {
            if (body instanceof StreamCache cache) {
                cache.reset();
            } else if (stream != body) {
                stream.close();
            }
        }
    }

    private static byte[] convert(Object body, Exchange exchange) {
        byte[] bytes = convertTo(byte[].class, body, exchange);
        if (bytes == null) {
            throw new InvalidMessageException("The body is a " + body.getClass().getName()
                    + ": nothing converts that to bytes; a String, byte[] or stream is sent as it is");
        }
        return bytes;
    }

    private static <T> @Nullable T convertTo(Class<T> type, Object body, Exchange exchange) {
        return exchange.getContext().getTypeConverter().tryConvertTo(type, exchange, body);
    }

    private static InvalidMessageException tooLong(String what) {
        return new InvalidMessageException("A body " + what + " does not fit into one Lightning message: the limit is "
                + CustomMessage.MAX_PAYLOAD + " bytes");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.Content;
import io.github.camellightning.node.InvalidMessageException;
import io.github.camellightning.node.delivery.EnvelopeBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** Bodies of any size, so that they can be read from the start as often as a receiver loses what it had. */
final class EnvelopeBodies {

    private EnvelopeBodies() {}

    /** @throws InvalidMessageException where there is no body, or nothing converts it to bytes */
    static EnvelopeBody of(Message message) throws IOException {
        Object body = message.getBody();
        if (body == null) {
            throw new InvalidMessageException("The body is null: an envelope has a body, which may be empty");
        }
        Path file = SpooledBody.file(body);
        if (file != null) {
            return EnvelopeBody.of(file);
        }
        if (SpooledBody.isStreamOrFile(body)) {
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

    /** Read once, on the route's thread; what is long into a file that goes with the exchange. */
    private static EnvelopeBody kept(Object body, Exchange exchange) throws IOException {
        Content content = SpooledBody.of(body).content();
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

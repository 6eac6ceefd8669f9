// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import io.github.camellightning.node.delivery.EnvelopeId;
import java.io.File;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/** Which envelope an exchange is: the same one each time its source gives out the same thing, so that the receiver knows it again. */
final class EnvelopeIds {

    private static final String[] OF_KAFKA = {"kafka.TOPIC", "kafka.PARTITION", "kafka.OFFSET"};
    private static final String OF_JMS = "JMSMessageID";

    private final @Nullable Expression option;

    EnvelopeIds(@Nullable Expression option) {
        this.option = option;
    }

    EnvelopeId of(Exchange exchange) {
        Message message = exchange.getMessage();
        Object header = message.removeHeader(LightningConstants.ENVELOPE_ID);
        if (option != null) {
            String text = option.evaluate(exchange, String.class);
            if (text == null || text.isBlank()) {
                throw new IllegalArgumentException("Option envelopeId: it is empty for this exchange");
            }
            return id(text);
        }
        return header == null ? derived(exchange, message) : id(header.toString());
    }

    private static EnvelopeId id(String text) {
        return text.matches("[0-9a-fA-F]{32}") ? EnvelopeId.parse(text) : EnvelopeId.derivedFrom(text);
    }

    private static EnvelopeId derived(Exchange exchange, Message message) {
        var ofKafka = new StringBuilder("kafka");
        for (String name : OF_KAFKA) {
            Object value = message.getHeader(name);
            if (value == null) {
                return derivedOtherwise(exchange, message);
            }
            ofKafka.append('\n').append(value);
        }
        return EnvelopeId.derivedFrom(ofKafka.toString());
    }

    private static EnvelopeId derivedOtherwise(Exchange exchange, Message message) {
        Object ofJms = message.getHeader(OF_JMS);
        if (ofJms != null) {
            return EnvelopeId.derivedFrom("jms\n" + ofJms);
        }
        if (message.getBody() instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File file) {
            return EnvelopeId.derivedFrom(
                    "file\n" + file.getAbsolutePath() + "\n" + file.lastModified() + "\n" + file.length());
        }
        // the same for each redelivery by the route, and for nothing else
        return EnvelopeId.derivedFrom("exchange\n" + exchange.getExchangeId());
    }
}

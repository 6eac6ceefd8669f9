// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.wire.TlvStream;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a route of the hook {@code htlc_accepted}, from the properties {@code hook} and {@code payload}. The page on onions shows this class.
 */
final class OnionReceiver {

    /** Of the chain, as the failure tells it; a sender that wants no more than the answer does not look at it. */
    private static final long HEIGHT = 7;

    private OnionReceiver() {}

    /** Null where the payment has none. */
    static @Nullable String message(Exchange exchange) {
        return PaymentOnion.message(payload(exchange)).orElse(null);
    }

    /** Takes the money of messages that begin with "paid", leaves keysends to lightningd, and answers others. */
    static void decide(Exchange exchange) {
        String message = exchange.getMessage().getBody(String.class);
        JsonNode hook = exchange.getProperty("hook", JsonNode.class);
        byte[] preimage = payload(exchange).value(PaymentOnion.PREIMAGE).orElse(null);
        exchange.getMessage()
                .setBody(
                        message.startsWith("keysend")
                                ? Map.of("result", "continue")
                                : message.startsWith("paid") && preimage != null
                                        ? PaymentOnion.resolved(preimage)
                                        : PaymentOnion.failure(hook, HEIGHT, "heard: " + message));
    }

    private static TlvStream payload(Exchange exchange) {
        return exchange.getProperty("payload", TlvStream.class);
    }
}

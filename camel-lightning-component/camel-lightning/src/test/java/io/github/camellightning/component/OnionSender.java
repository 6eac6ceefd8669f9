// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camellightning.node.Json;
import io.github.camellightning.node.RemoteErrorException;
import io.github.camellightning.node.wire.TlvStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * The steps of a route that sends a message in a payment's onion, from the properties {@code message}, {@code preimage}, {@code info}, which is the result of getinfo,
 * and {@code path} of a route of getroutes. The page on onions shows this class.
 */
final class OnionSender {

    static final int AMOUNT_MSAT = 1_000;

    private static final HexFormat HEX = HexFormat.of();

    private OnionSender() {}

    /** The params of getroutes, to the node that the header {@code to} names. */
    static Map<String, Object> routeWanted(Exchange exchange) {
        return Map.of(
                "source",
                info(exchange).get("id"),
                "destination",
                exchange.getMessage().getHeader("to"),
                "amount_msat",
                AMOUNT_MSAT,
                "layers",
                List.of("auto.localchans", "auto.sourcefree"),
                "maxfee_msat",
                1_000,
                "final_cltv",
                18,
                "maxparts",
                1);
    }

    /** The params of createonion. */
    static Map<String, Object> onion(Exchange exchange) {
        String message = exchange.getProperty("message", String.class);
        TlvStream custom = TlvStream.EMPTY
                .with(PaymentOnion.MESSAGE, message.getBytes(StandardCharsets.UTF_8))
                .with(PaymentOnion.PREIMAGE, exchange.getProperty("preimage", byte[].class));
        long height = info(exchange).get("blockheight").longValue();
        return Map.of(
                "hops", PaymentOnion.hops(path(exchange), height, random(), custom),
                "assocdata", paymentHash(exchange));
    }

    /** The params of sendonion, from the result of createonion. */
    static Map<String, Object> payment(Exchange exchange) {
        JsonNode created = exchange.getMessage().getBody(JsonNode.class);
        return Map.of(
                "onion", created.get("onion"),
                "shared_secrets", created.get("shared_secrets"),
                "first_hop", PaymentOnion.firstHop(path(exchange)),
                "payment_hash", paymentHash(exchange));
    }

    /** The new body is the preimage, which the receiver has for the money. */
    static void taken(Exchange exchange) {
        JsonNode paid = exchange.getMessage().getBody(JsonNode.class);
        exchange.getMessage().setBody(paid.get("payment_preimage").textValue());
    }

    /** The new body is what the receiver says in its failure; any other failure goes on. */
    static void answered(Exchange exchange) {
        RemoteErrorException failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, RemoteErrorException.class);
        String answer = PaymentOnion.answer(failure.data() == null ? null : Json.read(failure.data()))
                .orElseThrow(() -> failure);
        exchange.getMessage().setBody(answer);
    }

    private static JsonNode info(Exchange exchange) {
        return exchange.getProperty("info", JsonNode.class);
    }

    private static JsonNode path(Exchange exchange) {
        return exchange.getProperty("path", JsonNode.class);
    }

    static String paymentHash(Exchange exchange) {
        try {
            byte[] preimage = exchange.getProperty("preimage", byte[].class);
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(preimage));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static byte[] random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}

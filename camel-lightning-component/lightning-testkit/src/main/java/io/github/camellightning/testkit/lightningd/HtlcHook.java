// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit.lightningd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camellightning.testkit.onion.Hashes;
import io.github.camellightning.testkit.onion.HopPayload;
import io.github.camellightning.testkit.onion.OnionPacket.Layer;
import io.github.camellightning.testkit.onion.Sphinx;
import org.jspecify.annotations.Nullable;

/** What the hook {@code htlc_accepted} tells of a payment, and what an answer of {@code continue} changes of that, for the next plugin and for the payment. */
final class HtlcHook {

    private static final String NO_HMAC = "00".repeat(Hashes.LENGTH);

    private HtlcHook() {}

    /** @param next the channel that it is to go on over, where the node has it */
    static ObjectNode describe(
            Channel channel, Htlc htlc, Layer layer, byte[] sharedSecret, int height, @Nullable Channel next) {
        var params = Json.object().put("peer_id", htlc.from().hex());
        params.set("onion", onion(Hex.encode(layer.payload()), next(layer), Hex.encode(sharedSecret)));
        if (next != null) {
            params.put("forward_to", Hex.encode(next.channelId()));
        }
        params.putObject("htlc")
                .put("short_channel_id", channel.id().toString())
                .put("id", htlc.id())
                .put("amount_msat", htlc.amountMsat())
                .put("cltv_expiry", htlc.expiry())
                .put("cltv_expiry_relative", htlc.expiry() - height)
                .put("payment_hash", Hex.encode(htlc.paymentHash()));
        return params;
    }

    private static String next(Layer layer) {
        return Hex.encode(layer.next().encode());
    }

    private static ObjectNode onion(String payload, String nextOnion, String sharedSecret) {
        var onion = Json.object().put("payload", payload);
        try {
            describe(HopPayload.decode(Hex.known(payload), nextOnion.endsWith(NO_HMAC)), onion);
        } catch (HopPayload.Invalid undecoded) {
            // lightningd tells the bytes alone
        }
        return onion.put("next_onion", nextOnion).put("shared_secret", sharedSecret);
    }

    private static void describe(HopPayload payload, ObjectNode onion) {
        onion.put("type", "tlv");
        var forward = payload.forward();
        if (forward != null) {
            onion.put("short_channel_id", forward.toString());
        }
        onion.put("forward_msat", payload.amountMsat()).put("outgoing_cltv_value", payload.cltv());
        var data = payload.paymentData();
        if (data != null) {
            onion.put("total_msat", data.totalMsat()).put("payment_secret", Hex.encode(data.secret()));
        }
    }

    /** @param answer one that the daemon survives */
    static void change(ObjectNode params, Token answer) {
        var payload = answer.member("payload");
        if (payload != null) {
            var before = params.required("onion");
            params.set(
                    "onion",
                    onion(
                            Hex.encode(Sphinx.Hop.prefixed(Hex.known(payload.text()))),
                            before.required("next_onion").textValue(),
                            before.required("shared_secret").textValue()));
        }
        var forwardTo = answer.member("forward_to");
        if (forwardTo != null) {
            params.put("forward_to", forwardTo.text());
        }
    }

    static byte[] payload(ObjectNode params) {
        return Hex.known(params.required("onion").required("payload").textValue());
    }

    /** The id of BOLT 2 of the channel that it goes on over; null where there is none. */
    static @Nullable String forwardTo(ObjectNode params) {
        return params.path("forward_to").textValue();
    }
}
